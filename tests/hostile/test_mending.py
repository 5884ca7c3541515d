"""Mattes with gaps: mended if that is asked for, and otherwise refused with the frames and a way out."""

import json

import numpy as np
import pytest

from tests.hostile.place import FRAMES, Case, Place, cases, try_case
from vfxlib.io.exr import read_channels

MEND = "--mend-mattes"


def without(*numbers: int, words: tuple[str, ...] = (MEND,), **given: str):
    """A case's maker: the mattes of some frames are not there."""

    def make(place: Place) -> list[str]:
        for number in numbers:
            (place.folder / f"matte/matte.{number:04d}.exr").unlink()
        return place.words(*words, **given)

    return make


TABLE = [
    Case("a gap", without(2, words=()), 2, ("the matte is missing on frames 2", "--mend-mattes"), ()),
    Case("no gap", without(), 0, ("--mend-mattes has no effect",), FRAMES),
    Case("one still", without(matte="matte/matte.0002.exr"), 0, ("--mend-mattes has no effect",), FRAMES),
    Case("no matte at all", without(*FRAMES), 2, ("matte/matte.####.exr",), ()),
    Case("no matte in the job's frames", without(2, words=(MEND, "--frames", "2")), 2, ("none of the frames 2",), ()),
    Case("a plate that is not there", without(2, plate="plate/none.####.exr"), 2, ("plate/none.####.exr",), ()),
    Case("no matte named", without(matte=""), 2, ("no matte is given",), ()),
    Case("a channel that is not there", without(2, words=(MEND, "--matte-channel", "B")), 2, ("no matte channel",), ()),
    Case("a plan of it", without(2, words=(MEND, "--dry-run")), 0, ("mask-propagate/fit", "border-mean/render"), ()),
]


@cases(TABLE)
def test_a_gap_is_mended_only_if_that_is_asked_for(case, tmp_path, capsys):
    try_case(case, tmp_path, capsys)


@pytest.fixture
def place(tmp_path) -> Place:
    """A job of which one frame has no matte, saved by the user as he wrote it."""
    place = Place(tmp_path).make()
    words = without(2)(place)
    job = {
        "paintout": 2,
        "shot": {"plate": "plate/plate.####.exr", "matte": "matte/matte.####.exr", "mend_mattes": True},
        "nodes": [{"node": "border-mean", "params": {}}],
        "output": {"out": "out/clean.####.exr", "device": "cpu"},
    }
    (tmp_path / "own.json").write_text(json.dumps(job))
    assert place.main(*words, "--save", "saved.json") == 0
    return place


def test_a_mended_job_is_recorded_with_the_node_that_mends_and_found_done(place, tmp_path, capsys):
    saved = json.loads((tmp_path / "saved.json").read_text())
    assert [each["node"] for each in saved["nodes"]] == ["mask-propagate", "border-mean"]
    saved["nodes"][0]["params"]["iterations"] = 1
    (tmp_path / "saved.json").write_text(json.dumps(saved))
    assert place.main("run", "saved.json", "--progress", "none") == 0
    recorded = json.loads((tmp_path / "out/clean.work/job.json").read_text())
    assert (recorded["shot"]["matte"], recorded["shot"]["mend_mattes"]) == ("", False)
    assert set(recorded["shot"]["key"]) == {"1", "3"}
    for number in FRAMES:
        made = read_channels(place.out(number), number).channels["matte.A"]
        if number != 2:
            given = read_channels(tmp_path / f"matte/matte.{number:04d}.exr", number).channels["A"]
            assert np.array_equal(made, given)
    assert place.main("status", "saved.json") == 0
    capsys.readouterr()
    # the same job as its user wrote it has the same steps
    assert place.main("status", "own.json", "--json") == 1
    steps = [step["step"] for step in json.loads(capsys.readouterr().out)["steps"]]
    assert steps[0] == "mask-propagate/motion"
    assert steps[-1] == "border-mean/render"
