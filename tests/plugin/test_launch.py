"""How hosts find the command, start it, follow it, and pick it up again."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from plugin import launch
from plugin.launch import Command, RunState, call, check_command, child_environment, find_command, pick_up, start
from tests.hostile.place import Place
from tests.places import ROOT
from vfxlib.errors import OutputError, UsageError
from vfxlib.version import VERSION

OURS = Command((sys.executable, "-m", "plugin"), "the test")
TELLS = """
import json, sys, time, signal
log = open(sys.argv[sys.argv.index("--log") + 1], "a")
def end(code):
    print("2026-11-26 10:00:00,000 INFO exit code %d" % code, file=log, flush=True)
    sys.exit(code)
signal.signal(signal.SIGTERM, lambda *_: end(75))
print(json.dumps({"message": "begins"}), file=sys.stderr, flush=True)
for i in range(3):
    tick = {"task": "n/s", "done": i, "total": 2, "seconds": 1, "left": 2 - i, "unit": "frame", "note": ""}
    print(json.dumps(tick), file=sys.stderr, flush=True)
"""


def program(folder, name, lines):
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{lines}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def fake(folder, then):
    """A command that tells two frames, and then does this."""
    return Command((str(program(folder, "fake", f"{TELLS}\n{then}\n")),), "the test")


@pytest.fixture
def paintout(monkeypatch):
    """The real command of this checkout, with nothing of the tests in its environment but where it lies."""
    monkeypatch.setattr(launch, "HOSTS_OWN", {*launch.HOSTS_OWN} - {"PYTHONPATH"})
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return OURS


# --- found


def test_the_command_is_the_preference_s_else_the_variable_s_else_on_the_path_else_rez_s(tmp_path):
    place = tmp_path / "with space" / "bin"
    place.mkdir(parents=True)
    own = program(place, "paintout", "")
    rez = program(tmp_path, "rez", "")
    there = {"PAINTOUT": str(own), "PATH": f"{tmp_path}"}
    assert find_command(f"{own} --debug".replace("with space", "'with space'"), there).words == (str(own), "--debug")
    assert find_command(str(tmp_path / "with space"), there).words == (str(own),)  # an environment's folder
    assert find_command("", there) == Command((str(own),), "$PAINTOUT")
    assert find_command("", {"PATH": f"{place}{os.pathsep}{tmp_path}"}) == Command((str(own),), "PATH")
    assert find_command("", {"PATH": str(tmp_path)}).words == (str(rez), "env", "paintout", "--", "paintout")


@pytest.mark.parametrize("given", ["", "/no/such/program", "'open", "FOLDER"])
def test_a_command_that_is_not_there_is_told_with_how_to_get_it(tmp_path, given):
    with pytest.raises(UsageError) as told:
        find_command(given.replace("FOLDER", str(tmp_path)), {"PATH": str(tmp_path)})
    assert told.value.fix


def test_the_real_command_is_paintout_and_new_enough(paintout):
    assert check_command(paintout) == VERSION


@pytest.mark.parametrize(("says", "problem"), [("paintout 0.0.1", "is version 0.0.1"), ("hello", "is not Paintout")])
def test_what_is_older_or_something_else_is_refused(tmp_path, says, problem):
    with pytest.raises(UsageError, match=problem):
        check_command(Command((str(program(tmp_path, "other", f"print({says!r})")),), "the test"))


def test_nothing_of_a_host_leaks_into_the_child():
    host = {name: "/host" for name in ("PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "OCIO")}
    assert child_environment({**host, "HOME": "/home", "PATH": "/bin"}) == {"HOME": "/home", "PATH": "/bin"}


def test_what_the_command_says_when_it_refuses_is_the_error(paintout, tmp_path):
    with pytest.raises(UsageError) as told:
        call(paintout, ["status", str(tmp_path / "no.json")])
    assert "cannot read the job file" in told.value.problem
    assert told.value.fix


def test_a_command_that_failed_and_one_that_says_that_not_all_is_done_are_told_apart(tmp_path):
    failed = program(tmp_path, "failed", "import sys; sys.exit('paintout: no memory\\n  try: a smaller one')")
    with pytest.raises(UsageError, match="no memory"):
        call(Command((str(failed),), "the test"), ["clean-plate", "--save", "job.json"])
    not_done = program(tmp_path, "not_done", "import sys; print('{}'); sys.exit(1)")
    assert call(Command((str(not_done),), "the test"), ["status"]).strip() == "{}"


def test_a_program_that_cannot_be_started_or_takes_too_long_is_told(tmp_path):
    with pytest.raises(UsageError, match="cannot be started"):
        call(Command((str(tmp_path),), "the test"), [])
    with pytest.raises(UsageError, match="took longer"):
        call(Command((sys.executable, "-c", "import time; time.sleep(60)"), "the test"), [], seconds=0.3)


# --- followed


@pytest.mark.parametrize(
    ("then", "state"),
    [
        ("end(0)", RunState.DONE),
        ("end(1)", RunState.FAILED),
        ("print('paintout: wrong\\n  try: right', file=sys.stderr); end(2)", RunState.REFUSED),
        ("end(75)", RunState.STOPPED),
        ("import os; os.kill(os.getpid(), 9)", RunState.LOST),
    ],
)
def test_a_run_is_followed_to_its_end_here_and_in_another_session(tmp_path, then, state):
    run, seen = start(fake(tmp_path, then), ["node"], tmp_path / "clean.work"), []
    assert run.wait(seen.append, every=0.01) is state
    assert [event.words for event in seen][:1] == ["begins"]
    assert [event.share for event in seen[1:]] == [0.0, 0.5, 1.0]
    again = pick_up(tmp_path / "clean.work")
    assert again is not None
    assert again.words == ("node",)
    assert again.state is state
    assert [event.share for event in again.events()][1:] == [0.0, 0.5, 1.0]
    assert again.error == ("wrong\n  try: right" if state is RunState.REFUSED else "")


def test_a_run_is_stopped_and_started_again_also_from_another_session(tmp_path):
    command, work = fake(tmp_path, "time.sleep(60); end(0)"), tmp_path / "clean.work"
    run = start(command, ["node"], work)
    while not any(event.share == 1 for event in run.events()):
        pass
    with pytest.raises(UsageError, match="goes on already"):
        start(command, ["node"], work)
    other = pick_up(work)
    assert other is not None
    assert other.state is RunState.RUNNING
    other.stop()
    assert run.wait(every=0.01) is RunState.STOPPED
    assert other.wait(every=0.01) is RunState.STOPPED
    again = start(fake(tmp_path, "end(0)"), ["node"], work)
    assert again.wait(every=0.01) is RunState.DONE
    assert again.exit_code == 0


def test_a_run_outlives_its_host(tmp_path):
    command, work = fake(tmp_path, "time.sleep(0.5); end(0)"), tmp_path / "clean.work"
    code = (
        "import sys; from pathlib import Path; from plugin.launch import Command, start;"
        "start(Command((sys.argv[1],), ''), ['node'], Path(sys.argv[2]))"
    )
    subprocess.run([sys.executable, "-c", code, command.words[0], str(work)], cwd=ROOT, timeout=60, check=True)
    run = pick_up(work)
    assert run is not None
    assert run.wait(every=0.01) is RunState.DONE


def test_a_run_that_ends_between_two_looks_is_taken_off_the_system(tmp_path, monkeypatch):
    run = start(fake(tmp_path, "end(75)"), ["node"], tmp_path)
    process, looks = run._process, []
    poll = process.poll
    monkeypatch.setattr(process, "poll", lambda: looks.append(1) or (poll() if len(looks) > 1 else None))
    while run._alive():
        pass
    assert run.state is RunState.STOPPED
    assert process.returncode == 75


def test_another_process_of_the_same_number_is_not_the_run(tmp_path):
    run = start(fake(tmp_path, "end(0)"), ["node"], tmp_path)
    run.wait(every=0.01)
    path = tmp_path / "host" / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "process": os.getpid()}))
    again = pick_up(tmp_path)
    assert again is not None
    assert again.state is RunState.DONE
    again.stop()  # which must not end the tests


def test_where_nothing_was_started_there_is_no_run_and_a_damaged_note_is_told(tmp_path):
    assert pick_up(tmp_path) is None
    (tmp_path / "host").write_text("a file")
    assert pick_up(tmp_path) is None
    with pytest.raises(OutputError, match="cannot be written"):
        start(fake(tmp_path, "end(0)"), ["node"], tmp_path)
    (tmp_path / "host").unlink()
    (tmp_path / "host").mkdir()
    for words in ("{", "[]", '{"process": "x"}'):
        (tmp_path / "host" / "run.json").write_text(words)
        with pytest.raises(OutputError, match="does not tell which run"):
            pick_up(tmp_path)


def test_the_real_command_runs_a_shot_and_its_job_is_there_afterwards(tmp_path, paintout):
    place = Place(tmp_path, quick=False).make()
    words = [*place.words("--device", "cpu")[:-2]]
    words = [str(tmp_path / each) if each.startswith(("plate/", "matte/", "out/")) else each for each in words]
    seen = []
    run = start(paintout, words, tmp_path / "out" / "clean.work")
    assert run.wait(seen.append) is RunState.DONE, run.error
    assert {event.task for event in seen} > {"flow-inpaint/motion", "flow-inpaint/render"}
    assert (tmp_path / "out" / "clean.work" / "job.json").is_file()
    assert Path(run.folder / "log.txt").read_text().rstrip().endswith("exit code 0")


def test_a_stop_of_the_real_command_can_be_gone_on_from(tmp_path, paintout):
    place = Place(tmp_path, quick=False).make(range(1, 9))
    words = [str(tmp_path / w) if w.startswith(("plate/", "matte/", "out/")) else w for w in place.words()[:-2]]
    run = start(paintout, words, tmp_path / "out" / "clean.work")
    while not any(event.task for event in run.events()):
        assert run.state is RunState.RUNNING, run.error
    os.kill(run.number, signal.SIGTERM)
    assert run.wait() in (RunState.STOPPED, RunState.DONE)
    assert start(paintout, words, tmp_path / "out" / "clean.work").wait() is RunState.DONE
