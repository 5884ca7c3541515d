"""Work of people is never written over: plates, keys, painted frames, job files, logs, reviews, links laid in wait."""

import os

import pytest

from tests.hostile.place import FRAMES, Case, Place, cases, try_case


def after_a_run(*words: str):
    """A command that comes after a run has made its result."""

    def make(place: Place) -> list[str]:
        assert place.run() == 0
        return list(words)

    return make


def hard_link(place: Place) -> None:
    (place.folder / "out").mkdir()
    os.link(place.folder / "plate/plate.0002.exr", place.folder / "out/clean.0002.exr")


def own_job_in_work(place: Place) -> list[str]:
    (place.folder / "out/clean.work").mkdir(parents=True)
    assert place.run("--save", "out/clean.work/job.json") == 0
    place.plate(4)
    place.matte(4)
    return ["run", "out/clean.work/job.json", "--progress", "none"]


def foreign(name: str):
    """A file of somebody's at a place where a run would write."""

    def make(place: Place) -> None:
        path = place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"mine": true}')

    return make


TABLE = [
    Case(
        "a job saved onto a plate frame",
        lambda place: place.words("--save", "plate/plate.0001.exr"),
        2,
        ("plate.0001.exr", "no job file"),
        (),
    ),
    Case(
        "a job saved onto a frame of the result",
        after_a_run(*Place("").words("--save", "out/clean.0001.exr")),
        2,
        ("clean.0001.exr",),
        FRAMES,
        ("out/clean.work",),
    ),
    Case("a log onto a plate frame", lambda place: place.words("--log", "plate/plate.0002.exr"), 2, ("--log",), ()),
    Case(
        "the output on the plate",
        lambda place: place.words("--overwrite", out="plate/plate.####.exr"),
        2,
        ("on top of the input",),
        (),
    ),
    Case("a plate's frame hard-linked into the output", hard_link, 2, ("on top of the input",), changes=()),
    Case("a foreign job.json in the work folder", foreign("out/clean.work/job.json"), 2, ("job.json",), (), ()),
    Case(
        "a foreign frame at the output", foreign("out/clean.0002.exr"), 2, ("clean.0002.exr", "--overwrite"), None, ()
    ),
    Case(
        "a job that somebody saved in the work folder, and a plate that grew",
        own_job_in_work,
        0,
        (),
        (1, 2, 3, 4),
        ("out/clean.0",),
    ),
]


@cases(TABLE)
def test_nothing_of_anybody_is_written_over(case, tmp_path, capsys):
    try_case(case, tmp_path, capsys)


@pytest.mark.parametrize("own", ["review.html", "sheet.png"])
def test_a_review_writes_over_nothing_but_a_review(own, tmp_path, capsys):
    place = Place(tmp_path).make()
    assert place.run() == 0
    (tmp_path / "seen").mkdir()
    (tmp_path / "seen" / own).write_text("notes of a supervisor")
    assert place.main("review", "out/clean.work/job.json", "--out", "seen") == 2
    assert (tmp_path / "seen" / own).read_text() == "notes of a supervisor"
    assert own in capsys.readouterr().err
