"""A stage of a training is stopped in time, measured at work alone, and told in a few lines."""

import stat
import sys

import pytest

from benchmarks.bench import stages
from benchmarks.bench.stages import Stage, describe, run_stage, run_stages
from nodes.networks import NETWORKS


def program(*lines):
    return [sys.executable, "-c", "\n".join(("import json, sys, time, signal", *lines))]


def tell(**told):
    return f"print(json.dumps({told!r}), file=sys.stderr, flush=True)"


def test_a_stage_that_lasts_too_long_is_asked_to_stop_and_told_as_resumable():
    stop = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(75))"
    stage = run_stage(program(stop, tell(done=3, note="loss 0.1"), "time.sleep(30)"), 0.5, ("no-such-program",))
    assert stage.code == 75
    assert stage.seconds < 20
    assert (stage.ticks[0][1], stage.note, stage.looks) == (3, "loss 0.1", [])


def test_what_a_failing_training_says_is_told():
    stage = run_stage(program(tell(message="no such device"), "sys.exit(2)"), 20, ("no-such-program",))
    assert "ended with 2 before its first step: no such device" in describe(NETWORKS[0], stage, 2)


def test_samples_a_second_and_how_busy_the_gpu_is_are_those_at_work():
    stage = Stage(
        ticks=[(10.0, 100), (12.0, 101), (13.0, 111), (14.0, 121)],
        looks=[(5.0, 0.0, 9000.0), (12.5, 80.0, 700.0), (13.5, 90.0, 800.0), (15.0, 0.0, 0.0)],
    )
    assert stage.rate() == pytest.approx(10.0)
    assert stage.busy() == (85.0, 800.0)
    told = describe(NETWORKS[0], stage, 16)
    assert "160.0 samples a second" in told
    assert "GPU busy 85 %" in told


def test_a_gpu_is_looked_at_while_the_training_runs(tmp_path):
    look = tmp_path / "look"
    look.write_text("#!/bin/sh\nwhile :; do echo '73, 1024'; echo '[N/A], x'; sleep 0.05; done\n")
    look.chmod(look.stat().st_mode | stat.S_IXUSR)
    steps = (f"{tell(done=0)}; {tell(done=1)}; time.sleep(0.4)", tell(done=2))
    assert run_stage(program(*steps), 30, (str(look),)).busy() == (73.0, 1024.0)


def test_networks_take_turns_until_all_are_done(tmp_path, monkeypatch, capsys):
    begun = []

    def stage(words, limit):
        name = words[words.index("train") + 1]
        begun.append(name)
        if begun.count(name) == 2:
            (tmp_path / f"{name}.md").write_text("done")
            return Stage(0, 1.0, [(0.0, 3), (1.0, 4)])
        return Stage(75, 1.0, [(0.0, 0), (1.0, 3)])

    monkeypatch.setattr(stages, "run_stage", stage)
    assert run_stages(NETWORKS, tmp_path, "cpu", 8, 240, 540, "") == 0
    names = [network.name for network in NETWORKS]
    assert begun == [*names, *names]
    assert "all are done" in capsys.readouterr().out
    assert run_stages(NETWORKS, tmp_path, "cpu", 8, 240, 540, "") == 0
    assert begun == [*names, *names]


def test_what_there_is_no_time_for_is_named(tmp_path, capsys):
    assert run_stages(NETWORKS, tmp_path, "cpu", 8, 240, 30, "") == len(NETWORKS)
    assert f"not done yet: {NETWORKS[0].name}" in capsys.readouterr().out
