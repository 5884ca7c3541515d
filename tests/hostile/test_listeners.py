"""Who listens may go, be full or never have been there: the work goes on, and its exit code is its own."""

import os
import subprocess
import sys

import pytest

from tests.hostile.place import FRAMES, Place, files_in
from tests.hostile.ready import Ready, needs_fork, slow_words, wait_until
from tests.places import ROOT

pytestmark = [needs_fork, pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device here")]


@pytest.fixture(scope="module")
def ready():
    ready = Ready()
    yield ready
    ready.close()


def frames(folder):
    """The frames of the result, and what they hold."""
    return {name: digest for name, digest in files_in(folder / "out").items() if name.startswith("clean.0")}


@pytest.fixture(scope="module")
def heard(ready, tmp_path_factory):
    """The result of a run that somebody listens to."""
    place = Place(tmp_path_factory.mktemp("heard")).make()
    assert ready.run(place.folder, *place.words()) == 0
    assert len(frames(place.folder)) == len(FRAMES)
    return frames(place.folder)


@pytest.mark.parametrize("progress", ["auto", "bar", "plain", "json", "none"])
@pytest.mark.parametrize(
    ("out", "err"),
    [
        pytest.param("out.txt", None, id="2>&-"),
        pytest.param(None, None, id=">&- 2>&-"),
        pytest.param("out.txt", "/dev/full", id="2>/dev/full"),
        pytest.param("/dev/full", None, id=">/dev/full 2>&-"),
    ],
)
def test_without_listeners_the_result_is_the_same(ready, heard, tmp_path, progress, out, err):
    place = Place(tmp_path).make()
    assert ready.run(tmp_path, *place.words()[:-1], progress, out=out, err=err) == 0
    assert frames(tmp_path) == heard


@pytest.mark.parametrize("progress", ["auto", "bar", "plain", "json"])
def test_a_reader_that_goes_after_two_lines_ends_nothing(ready, tmp_path, progress):
    place = Place(tmp_path).make(range(1, 7))
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    started = ready.start(tmp_path, *slow_words(place)[:-1], progress, err="pipe")
    wait_until(place.out(1).exists, "the first frame")
    os.close(reader)
    (tmp_path / "go").touch()
    assert ready.wait(started) == 0
    assert len(frames(tmp_path)) == 6


def test_a_farm_that_hears_nothing_more_ends_nothing(ready, tmp_path):
    place = Place(tmp_path).make()
    words = [*place.words()[:-1], "auto"]
    assert ready.run(tmp_path, *words, out="/dev/full", env={"OPENJD_SESSION_WORKING_DIR": "x"}) == 0
    assert len(frames(tmp_path)) == len(FRAMES)


def test_wrong_use_ends_with_2_also_when_nobody_hears_it(ready, tmp_path):
    for out, err in (("out.txt", None), (None, None), ("out.txt", "/dev/full")):
        assert ready.run(tmp_path, "check", "nothing", out=out, err=err) == 2
        assert ready.run(tmp_path, "nothing", out=out, err=err) == 2


def test_a_frame_that_fails_ends_with_1_also_when_nobody_hears_it(ready, tmp_path):
    place = Place(tmp_path).make()
    path = tmp_path / "plate/plate.0002.exr"
    path.write_bytes(path.read_bytes()[:-200])
    assert ready.run(tmp_path, *place.words(), err="/dev/full") == 1
    assert sorted(frames(tmp_path)) == ["clean.0001.exr", "clean.0003.exr"]


def test_a_log_that_has_no_room_any_more_is_told_once_and_ends_nothing(ready, heard, tmp_path):
    place = Place(tmp_path).make()
    room = max(path.stat().st_size for path in tmp_path.rglob("*.exr")) + 40_000  # frames have room
    assert ready.run(tmp_path, *place.words(), err="first.txt") == 0
    (tmp_path / "a.log").write_text("2026-11-26 07:00:00,123 INFO paintout 1: x\n" + "x" * (room - 43 - 250))
    for path in (tmp_path / "out").glob("clean.0*"):
        path.unlink()
    assert ready.run(tmp_path, *place.words("--log", "a.log"), limit=room) == 0
    assert (tmp_path / "err.txt").read_text() == (
        "paintout: --log a.log: cannot be written any more (File too large); the work goes on without it\n"
    )
    assert frames(tmp_path) == heard


@pytest.mark.parametrize("words", [["nodes"], ["status", "--json"], ["check", "plate"], ["nodes", "--json"]])
def test_an_answer_that_has_no_room_is_an_error_in_words(ready, tmp_path, words):
    place = Place(tmp_path).make()
    if words[0] == "status":
        assert ready.run(tmp_path, *place.words(), err="run.txt") == 0
        words = ["status", "out/clean.work/job.json", "--json"]
    for out, reason in (("/dev/full", "No space left on device"), (None, "Bad file descriptor")):
        (tmp_path / "err.txt").unlink(missing_ok=True)
        assert ready.run(tmp_path, *words, out=out) == 1
        told = (tmp_path / "err.txt").read_text()
        assert told.startswith(f"paintout: standard output: cannot be written ({reason})\n  try: ")


def shell(line, folder, **env):
    """A line of a shell in which $F is the command; its exit code is the first one of its pipe."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "F": f"{sys.executable} -m plugin", **env}
    words = ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"]
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("line", "code", "out", "err"),
    [
        pytest.param("$F nodes --json | head -0", 1, b"", b"", id="a reader that has gone"),
        pytest.param("$F --help >/dev/full", 1, b"", b"paintout: standard output: cannot be written (No", id="full"),
        pytest.param("$F run nothing.json 2>/dev/full", 2, b"", b"", id="a full disk for errors"),
        pytest.param("$F run nothing.json 2>&-", 2, b"", b"", id="closed for errors"),
        pytest.param("$F run nothing.json >&- 2>&-", 2, b"", b"", id="both closed"),
        pytest.param("$F run nothing.json 2>&1 | head -0", 2, b"", b"", id="a reader of errors that has gone"),
    ],
)
def test_a_process_ends_with_its_own_code_and_not_with_the_interpreter_s(tmp_path, line, code, out, err):
    run = shell(line, tmp_path)
    assert run.returncode == code
    assert run.stdout == out
    assert run.stderr.startswith(err)
    assert b"Exception ignored" not in run.stderr
    assert bool(run.stderr) is bool(err)


PLAIN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("name", [b"pl\xc3\xa4te.json", b"pl\xe4te.json"], ids=["UTF-8", "no UTF-8"])
@pytest.mark.parametrize("env", [{}, PLAIN], ids=["as it is", "LC_ALL=C"])
def test_names_that_a_stream_cannot_spell_are_escaped(tmp_path, name, env):
    run = shell("$F run $'" + "".join(f"\\x{byte:02x}" for byte in name) + "'", tmp_path, **env)
    assert run.returncode == 2
    assert b"cannot read the job file" in run.stderr
    assert b"internal error" not in run.stderr


def test_a_name_that_standard_output_cannot_spell_is_escaped(ready, tmp_path):
    place = Place(tmp_path).make()
    assert ready.run(tmp_path, *place.words("--save", "j\xe4.json"), encoding="ascii") == 0
    assert (tmp_path / "j\xe4.json").exists()
    assert (tmp_path / "out.txt").read_text() == "j\\xe4.json\n"
