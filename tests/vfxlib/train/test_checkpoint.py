"""A fit that was stopped at any moment and started again ends with the same bits."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
import torch

from tests.stops import stop
from tests.vfxlib.train import toy
from vfxlib.errors import FitError, OutputError, Stopped, WeightsError
from vfxlib.io.weights import read_weights, write_weights
from vfxlib.train.checkpoint import Checkpoint


@pytest.fixture
def path(tmp_path):
    return tmp_path / "fit" / "state.safetensors"


@pytest.fixture
def stops():
    """SIGTERM ends the work as the command has it, and Ctrl-C as Python has it, also where a shell ignores it."""

    def stop(number, frame):
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop), signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before[0])
    signal.signal(signal.SIGINT, before[1])


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A fit that nobody disturbed: what came of it, and its last checkpoint."""
    path = tmp_path_factory.mktemp("whole") / "state.safetensors"
    fitted = toy.run(path)
    return fitted, read_weights(path).tensors


def assert_same(fitted, path, whole):
    """Network, averages, optimiser, best weights and history have the bits of the undisturbed fit."""
    expected, tensors = whole
    mine = read_weights(path).tensors
    assert mine.keys() == tensors.keys()
    assert not [name for name in tensors if not torch.equal(mine[name], tensors[name])]
    assert not [name for name in expected.weights if not torch.equal(expected.weights[name], fitted.weights[name])]
    assert [(c.step, c.loss, c.psnr) for c in fitted.history] == [(c.step, c.loss, c.psnr) for c in expected.history]
    assert (fitted.best.step, fitted.reason) == (expected.best.step, expected.reason)


def test_two_fits_of_the_same_samples_give_the_same_bits(tmp_path, whole):
    path = tmp_path / "state.safetensors"
    assert_same(toy.run(path), path, whole)


@pytest.mark.parametrize("seed", range(3))
def test_stopped_at_any_moment_it_ends_with_the_same_bits(tmp_path, whole, stops, seed):
    path, moments, ends = tmp_path / "state.safetensors", random.Random(seed), []
    fitted = None
    while fitted is None:
        timer = threading.Timer(moments.uniform(0.0, 0.04), os.kill, (os.getpid(), signal.SIGTERM))
        with contextlib.suppress(Stopped):
            try:
                timer.start()
                fitted = toy.run(path, toy.Toy(pause=0.001))
            finally:  # it may come only now
                timer.cancel()
                timer.join()
                time.sleep(0.001)
        ends.append(int(read_weights(path).tensors["step/0.weight"]) if path.exists() else 0)
    assert len(ends) >= 2  # the last is the end
    assert ends == sorted(ends)
    assert_same(fitted, path, whole)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("method", ["update", "record"])
def test_a_signal_in_the_middle_of_an_update_does_not_tear_it(tmp_path, whole, stops, monkeypatch, number, method):
    path, original, calls = tmp_path / "state.safetensors", getattr(Checkpoint, method), []

    def interrupted(self, *values, **more):
        calls.append(1)
        if len(calls) == 4:
            signal.raise_signal(number)
        original(self, *values, **more)

    monkeypatch.setattr(Checkpoint, method, interrupted)
    with pytest.raises(Stopped if number == signal.SIGTERM else KeyboardInterrupt):
        toy.run(path)
    monkeypatch.undo()
    assert int(read_weights(path).tensors["step/0.weight"]) == (4 if method == "update" else 21)
    assert_same(toy.run(path), path, whole)


def test_a_signal_while_the_last_checkpoint_is_written_does_not_tear_it(tmp_path, whole, stops, monkeypatch):
    path, original, draws = tmp_path / "state.safetensors", Checkpoint.save, []

    class Ending(toy.Toy):
        def loss(self, tensors, phase):
            draws.append(1)
            if len(draws) == 10:
                signal.raise_signal(signal.SIGTERM)
            return super().loss(tensors, phase)

    def slow(self, *values):
        signal.raise_signal(signal.SIGTERM)  # a farm that loses patience
        original(self, *values)

    monkeypatch.setattr(Checkpoint, "save", slow)
    with pytest.raises(Stopped):
        toy.run(path, Ending())
    monkeypatch.undo()
    assert int(read_weights(path).tensors["step/0.weight"]) == 8
    assert_same(toy.run(path), path, whole)


@contextlib.contextmanager
def child(path, save_every):
    """The fit as a process of its own."""
    command = [sys.executable, toy.__file__, str(path), str(save_every)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def until(process, step):
    """Wait until it draws a step."""
    for line in process.stdout:
        if int(line) >= step:
            return
    raise AssertionError("it ended before")


def test_terminated_then_killed_it_ends_with_the_same_bits(tmp_path, whole):
    path = tmp_path / "state.safetensors"
    with child(path, 60.0) as process:
        until(process, 15)
        _, seconds = stop(process, signal.SIGTERM)
        assert process.returncode == 75
        assert seconds < 3
    saved = int(read_weights(path).tensors["step/0.weight"])
    assert saved >= 13  # the step in progress is thrown away, and one is drawn ahead

    with child(path, 0.2) as process:
        until(process, 40)
        process.kill()
    # 0.2 seconds are 10 steps of 0.02 seconds or more; one is drawn ahead, one is in progress
    assert int(read_weights(path).tensors["step/0.weight"]) >= 40 - 10 - 2
    assert_same(toy.run(path), path, whole)


def test_a_finished_fit_that_is_started_again_takes_no_step(tmp_path, whole):
    path = tmp_path / "state.safetensors"
    toy.run(path)

    class Finished(toy.Toy):
        def sample_batch(self, step):
            raise AssertionError("a step")

        def validate(self, network):
            raise AssertionError("a check")

    assert_same(toy.run(path, Finished()), path, whole)


def test_the_seconds_of_earlier_runs_count(tmp_path, stops):
    path, said = tmp_path / "state.safetensors", toy.Recorder()
    timed = replace(toy.SCHEDULE, iterations=100_000, minutes=0.6 / 60, patience=1000)
    threading.Timer(0.4, os.kill, (os.getpid(), signal.SIGTERM)).start()
    with pytest.raises(Stopped):
        toy.run(path, toy.Toy(pause=0.01), timed)
    time.sleep(0.3)  # between the runs: does not count
    earlier = json.loads(read_weights(path).about["numbers"])["seconds"]
    began = time.monotonic()
    fitted = toy.run(path, toy.Toy(pause=0.01), timed, progress=said)
    assert fitted.reason == "its minutes are over"
    assert max(earlier, 0.6) <= fitted.history[-1].seconds <= earlier + time.monotonic() - began
    assert [evaluation.seconds for evaluation in fitted.history] == sorted(
        evaluation.seconds for evaluation in fitted.history
    )


def test_progress_goes_on_where_it_was(tmp_path, stops):
    path, said = tmp_path / "state.safetensors", toy.Recorder()

    class Ending(toy.Toy):
        def loss(self, tensors, phase):
            if self.network[0].weight.grad is not None and phase:
                signal.raise_signal(signal.SIGTERM)
            return super().loss(tensors, phase)

    with pytest.raises(Stopped):
        toy.run(path, Ending())
    toy.run(path, progress=said)
    assert "toy/fit: goes on after step 45" in said.said
    assert (said.ticks[0].first, said.ticks[0].done, said.ticks[0].total) == (45, 45, 60)
    assert said.ticks[-1].done == 60


def test_after_a_failure_the_checkpoint_before_it_is_kept(tmp_path, whole):
    path = tmp_path / "state.safetensors"

    class Broken(toy.Toy):
        def loss(self, tensors, phase):
            loss = super().loss(tensors, phase)
            return loss * float("nan") if phase else loss

    with pytest.raises(FitError):
        toy.run(path, Broken())
    assert_same(toy.run(path), path, whole)


def test_a_checkpoint_of_another_fit_is_set_aside_and_said(path):
    toy.run(path, identity="one")
    before = path.read_bytes()
    said = toy.Recorder()
    toy.run(path, identity="two", progress=said)
    assert path.with_name("state.old.safetensors").read_bytes() == before
    assert "state.old.safetensors" in said.said[0]
    assert said.ticks[0].first == 0


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.99])
def test_half_a_checkpoint_is_an_error_with_a_way_out(path, share):
    toy.run(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(WeightsError, match="delete it, and the fit starts anew"):
        toy.run(path)


def test_another_file_of_weights_is_no_checkpoint_and_is_not_lost(path):
    write_weights(path, {"a": torch.zeros(3)}, {"network": "base"})
    before = path.read_bytes()
    with pytest.raises(WeightsError, match="no checkpoint"):
        toy.run(path)
    assert path.read_bytes() == before


def test_a_checkpoint_of_another_network_is_an_error(path):
    toy.run(path)

    class Wider(toy.Toy):
        def __init__(self):
            super().__init__()
            self.network = torch.nn.Conv2d(3, 3, 5, padding=2)

    with pytest.raises(WeightsError, match="another network"):
        toy.run(path, Wider())


def test_another_number_of_threads_goes_on_and_is_said(path):
    toy.run(path)
    said, threads = toy.Recorder(), torch.get_num_threads()
    torch.set_num_threads(threads + 1)
    try:
        toy.run(path, progress=said)
    finally:
        torch.set_num_threads(threads)
    assert f"threads {threads} then, {threads + 1} now" in said.said[0]


def test_a_checkpoint_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError):
        toy.run(tmp_path / "file" / "state.safetensors")
