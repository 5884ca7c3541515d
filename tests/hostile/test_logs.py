"""A log holds all that is told, is refused in words where it cannot be, and never ends the work."""

import os
import re

import pytest

from tests.hostile.place import FRAMES, Case, Place, cases, try_case


def log(path: str, *, make=lambda place: None):
    """The node's command with a log."""

    def words(place: Place) -> list[str]:
        make(place)
        return place.words("--log", path)

    return words


TABLE = [
    Case("a log under a file", log("plate/plate.0001.exr/a.log"), 2, ("--log", "cannot be written"), ()),
    Case("a log onto a folder", log("plate"), 2, ("--log plate", "no log"), ()),
    Case("a log in /proc", log("/proc/paintout.log"), 2, ("--log /proc", "cannot be written"), ()),
    Case("a log into a device", log("/dev/full"), 2, ("--log /dev/full", "no log"), ()),
    Case("a log into a pipe", log("p", make=lambda place: os.mkfifo(place.folder / "p")), 2, ("--log p", "no log"), ()),
    Case("a name too long for a log", log("a" * 300), 2, ("--log aaa", "File name too long"), ()),
    Case("a log with a name that no file can have", log("a\0.log"), 2, ("--log", "no name can have"), ()),
    Case("a log onto a link to a plate", log("l", make=lambda p: (p.folder / "l").symlink_to("plate/plate.0001.exr")),
         2, ("--log l", "no log"), ()),
    Case("a log in a folder that is not there yet", log("deep/er/a.log"), 0, (), FRAMES, ("out/", "deep/")),
    Case("a log of a run that is only shown", lambda place: place.words("--dry-run", "--log", "plate"), 2, ("--log",)),
]  # fmt: skip


@cases(TABLE)
def test_a_log_is_refused_in_words_where_it_cannot_be(case, tmp_path, capsys):
    try_case(case, tmp_path, capsys)


def lines(place: Place, name: str = "a.log") -> list[str]:
    """What a log holds, without times."""
    words = (place.folder / name).read_text(encoding="utf-8")
    return [re.sub(r"^[-\d]+ [:,\d]+ ", "", line) for line in words.splitlines()]


@pytest.mark.parametrize("progress", ["bar", "plain", "json", "none"])
def test_progress_messages_and_the_exit_code_stand_in_the_log_in_every_form(progress, tmp_path, capsys):
    place = Place(tmp_path).make()
    words = [word for word in place.words("--log", "a.log") if word not in ("--progress", "none")]
    assert place.main(*words, "--progress", progress) == 0
    told = lines(place)
    assert told[0].startswith("INFO paintout ")
    assert any(line.startswith("INFO colour of the plate: ") for line in told)
    assert "INFO border-mean/render: 3 frames" in told
    assert any(line.startswith("INFO border-mean/render: 3/3, ") for line in told)
    assert told[-1] == "INFO exit code 0"


def test_the_log_of_a_run_shows_nothing_more_on_the_screen(tmp_path, capsys):
    place = Place(tmp_path).make()
    assert place.run("--log", "a.log") == 0
    assert capsys.readouterr().err == ""


def test_a_frame_that_fails_and_the_last_error_stand_in_the_log(tmp_path):
    place = Place(tmp_path).make()
    path = tmp_path / "plate/plate.0002.exr"
    path.write_bytes(path.read_bytes()[:-200])
    assert place.run("--log", "a.log") == 1
    told = lines(place)
    assert any(line.startswith("ERROR frame 2 failed: ") for line in told)
    assert any(line.startswith("ERROR 1 frame failed: 2") for line in told)
    assert told[-1] == "INFO exit code 1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--nothing", "--log", "a.log"], "--nothing", id="an option that does not exist"),
        pytest.param(["--log=a.log", "--width", "wide"], "'wide' is not a number", id="a value that is none"),
        pytest.param(["--log", "a.log", "--width", "9999"], "--width", id="a value outside its limits"),
        pytest.param(["--log", "a.log", "--plate", "nothing.####.exr"], "nothing.####.exr", id="a plate not there"),
    ],
)
def test_wrong_use_stands_in_the_log(words, said, tmp_path, capsys):
    place = Place(tmp_path).make()
    assert place.run(*words) == 2
    told = "\n".join(lines(place))
    assert said in told
    assert "\n  try: " in told
    assert told.endswith("INFO exit code 2")
    assert said in capsys.readouterr().err


def test_a_job_file_that_cannot_be_read_stands_in_the_log(tmp_path):
    place = Place(tmp_path)
    assert place.main("run", "nothing.json", "--log", "a.log") == 2
    assert any(line.startswith("ERROR nothing.json: ") for line in lines(place))


def test_wrong_use_that_names_a_plate_as_log_leaves_the_plate(tmp_path):
    place = Place(tmp_path).make()
    before = (tmp_path / "plate/plate.0001.exr").read_bytes()
    assert place.run("--nothing", "--log", "plate/plate.0001.exr") == 2
    assert (tmp_path / "plate/plate.0001.exr").read_bytes() == before


def test_two_runs_in_one_process_have_a_log_each(tmp_path):
    place = Place(tmp_path).make()
    assert place.run("--log", "a.log") == 0
    assert place.run("--log", "b.log", "--overwrite") == 0
    assert sum(line.startswith("INFO exit code") for line in lines(place)) == 1
    assert sum(line.startswith("INFO exit code") for line in lines(place, "b.log")) == 1
