"""Whatever signals come, and whenever: the first decides the exit code, nothing is torn, and the work goes on later."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nodes import MORE
from tests.hostile.place import Place, files_in
from tests.hostile.ready import Ready, needs_fork, slow_words, wait_until
from tests.places import ROOT
from vfxlib.io.weights import read_weights

pytestmark = [needs_fork, pytest.mark.skipif(not os.path.exists("/proc/self"), reason="there is no /proc here")]
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
STOPPED = "paintout: stopped; start it again and it goes on where it was\n"
each_signal = pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 75), (signal.SIGINT, 130), (signal.SIGHUP, 75)],
    ids=["SIGTERM", "Ctrl-C", "a closed terminal"],
)
# what compiled modules do: they make another error of what is raised in them
IMPORT = """
import pathlib, time
pathlib.Path("begun").touch()
try:
    while not pathlib.Path("go").exists(): time.sleep(0.005)
except BaseException:
    raise ImportError("numpy._core.multiarray failed to import") from None
"""
AT_EXIT = """
import atexit, pathlib, time
def wait():
    pathlib.Path("begun").touch()
    while not pathlib.Path("go").exists(): time.sleep(0.005)
atexit.register(wait)
from tests.contract.border_mean import BORDER_MEAN as NODE
"""


@pytest.fixture(scope="module")
def ready():
    ready = Ready()
    yield ready
    ready.close()


def process(folder: Path, *words: str, module: str = "") -> subprocess.Popen[str]:
    """A command as a process, with a module of somebody's own nodes."""
    (folder / "studio.py").write_text(module)
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)]),
        **({MORE: "studio:NODE"} if module else {}),
    }

    def defaults() -> None:  # whoever runs the tests in the background has Ctrl-C ignored
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)

    words = (sys.executable, "-m", "plugin", *words)
    return subprocess.Popen(
        words, cwd=folder, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=defaults
    )


def storm(kill, first: int, alive) -> None:
    """A signal, and many others behind it until the process has ended."""
    kill(first)
    time.sleep(0.05)  # signals that wait side by side have no order
    for i in range(10_000):
        if not alive():
            return
        kill(SIGNALS[i % 3])
        time.sleep(0.002 if i % 20 else 0.1)


def send(number: int):
    """What sends signals to a process that may have ended."""

    def kill(which: int) -> None:
        os.kill(number, which)  # it is not waited for yet, so nobody else has its number

    return kill


@each_signal
def test_a_stop_while_modules_are_imported_ends_at_once(tmp_path, number, code):
    started = process(tmp_path, "nodes", module=IMPORT)
    wait_until((tmp_path / "begun").exists, "the import")
    storm(started.send_signal, number, lambda: started.poll() is None)
    assert started.communicate(timeout=60) == ("", STOPPED)
    assert started.returncode == code


def test_a_stop_while_compiled_libraries_are_loaded_is_no_error_of_an_import(tmp_path):
    started = process(tmp_path, *Place(tmp_path, quick=False).make().words())
    maps = Path(f"/proc/{started.pid}/maps")
    wait_until(lambda: "numpy" in maps.read_text(), "the first compiled library")
    storm(started.send_signal, signal.SIGTERM, lambda: started.poll() is None)
    assert started.communicate(timeout=60) == ("", STOPPED)
    assert started.returncode == 75


def test_a_stop_while_the_interpreter_shuts_down_changes_nothing(tmp_path):
    started = process(tmp_path, "nodes", module=AT_EXIT)
    wait_until((tmp_path / "begun").exists, "the end")
    for number in SIGNALS * 5:
        started.send_signal(number)
    (tmp_path / "go").touch()
    assert started.communicate(timeout=60)[1] == ""
    assert started.returncode == 0


@each_signal
@pytest.mark.parametrize("threads", [1, 3])
def test_a_storm_of_signals_leaves_whole_frames_and_the_work_goes_on(ready, tmp_path, number, code, threads):
    place = Place(tmp_path).make(range(1, 9))
    words = slow_words(place, "--threads", str(threads))
    started = ready.start(tmp_path, *words)
    wait_until(place.out(1).exists, "the first frame")
    storm(send(started), number, lambda: ready.alive(started))
    assert ready.wait(started) == code
    told = (tmp_path / "err.txt").read_text()
    assert told.count(STOPPED) == 1
    assert told.endswith(STOPPED)
    assert not re.search("Traceback|Error|ignored", told)
    assert not list(tmp_path.rglob(".*.tmp"))
    before = files_in(tmp_path / "out")
    assert len(list((tmp_path / "out").glob("clean.*.exr"))) < 8
    (tmp_path / "go").touch()
    assert ready.run(tmp_path, *words) == 0
    after = files_in(tmp_path / "out")
    frames = sorted(name for name in after if name.startswith("clean.0"))
    assert len(frames) == 8
    assert {name: after[name] for name in before if name in frames} == {n: before[n] for n in before if n in frames}


def test_a_terminal_that_was_closed_stops_nothing_under_nohup(ready, tmp_path):
    place = Place(tmp_path).make(range(1, 6))
    started = ready.start(tmp_path, *slow_words(place), hup=False)
    wait_until(place.out(1).exists, "the first frame")
    os.kill(started, signal.SIGHUP)
    (tmp_path / "go").touch()
    assert ready.wait(started) == 0
    assert len(list((tmp_path / "out").glob("clean.*.exr"))) == 5


def test_a_stop_stands_in_the_log(ready, tmp_path):
    place = Place(tmp_path).make(range(1, 6))
    started = ready.start(tmp_path, *slow_words(place, "--log", "a.log"))
    wait_until(place.out(1).exists, "the first frame")
    os.kill(started, signal.SIGTERM)
    assert ready.wait(started) == 75
    told = (tmp_path / "a.log").read_text().splitlines()
    assert told[-2].endswith(" ERROR stopped; start it again and it goes on where it was")
    assert told[-1].endswith(" INFO exit code 75")


def test_a_fit_keeps_its_steps_whatever_comes_behind_the_first_signal(ready, tmp_path):
    place = Place(tmp_path).make()
    words = ["internal-fit", *place.words()[1:-1], "json", "--width", "0.25", "--iterations", "9999"]
    started = ready.start(tmp_path, *words)
    told = tmp_path / "err.txt"
    wait_until(lambda: told.exists() and re.search(r'/fit", "done": [1-9]', told.read_text()), "some steps")
    storm(send(started), signal.SIGTERM, lambda: ready.alive(started))
    assert ready.wait(started) == 75, told.read_text()
    assert told.read_text().endswith(STOPPED)
    (kept,) = tmp_path.rglob("*.state.safetensors")
    steps = json.loads(read_weights(kept).about["numbers"])["step"]
    assert steps >= max(int(number) for number in re.findall(r'/fit", "done": (\d+)', told.read_text()))
