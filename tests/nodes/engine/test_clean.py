"""What a finished job needs no more is freed and counts as done, and nothing of anybody's is touched."""

import json
import os
import time

import numpy as np
import pytest

from tests.hostile.place import Place, files_in
from tests.hostile.test_hand_edits import save
from tests.picture_bits import picture_bits

JOB = "out/clean.work/job.json"


@pytest.fixture
def place(tmp_path):
    """A finished job of flow-inpaint."""
    place = Place(tmp_path, quick=False).make()
    assert place.run() == 0
    return place


def exrs(place):
    return {name: digest for name, digest in files_in(place.folder / "out").items() if name.endswith(".exr")}


def status(place, capsys):
    capsys.readouterr()
    code = place.main("status", JOB, "--json")
    return code, {step["step"]: step["frames"] for step in json.loads(capsys.readouterr().out)["steps"]}


def test_frames_of_earlier_steps_go_and_count_as_done(place, capsys):
    before = exrs(place)
    assert place.main("clean", JOB, "--dry-run") == 0
    assert "would free" in capsys.readouterr().out
    assert exrs(place) == before
    assert place.main("clean", JOB) == 0
    said = capsys.readouterr().out
    assert "flow-inpaint/motion" in said
    assert "freed" in said
    left = exrs(place)
    assert {name for name in left if name.startswith("clean.0")} == {f"clean.000{n}.exr" for n in (1, 2, 3)}
    assert not [name for name in left if "/motion/" in name or "/complete/" in name]
    assert [name for name in files_in(place.folder / "out") if name.endswith("register.json")]
    code, frames = status(place, capsys)
    assert code == 0
    assert frames["flow-inpaint/motion"]["freed"] == "1-3"
    assert frames["flow-inpaint/render"]["done"] == "1-3"


def test_a_run_of_a_freed_job_does_nothing(place, capsys):
    assert place.main("clean", JOB) == 0
    before = exrs(place)
    assert place.main("run", JOB, "--progress", "plain") == 0
    assert "all is done already" in capsys.readouterr().err
    assert exrs(place) == before
    assert place.main("clean", JOB) == 0
    assert "freed 0.0 MiB" in capsys.readouterr().out


def test_a_changed_job_makes_again_what_it_needs(place):
    assert place.run("--grow", "2", out="plain/clean.####.exr") == 0
    assert place.main("clean", JOB) == 0
    assert place.run("--grow", "2") == 0
    assert picture_bits(place.folder / "out") == picture_bits(place.folder / "plain")
    assert [name for name in exrs(place) if "/motion/" in name]


def test_a_lost_frame_of_the_result_is_made_again_to_the_same_bits(place, capsys):
    before = picture_bits(place.folder / "out")
    assert place.main("clean", JOB) == 0
    place.out(2).unlink()
    assert status(place, capsys)[0] == 1
    assert place.run() == 0
    assert picture_bits(place.folder / "out") == before


def test_what_an_artist_has_put_there_stays(place, capsys):
    theirs = place.folder / "out/clean.work/flow-inpaint/motion/motion.0002.exr"
    save(theirs, "forward.u", lambda pixels: pixels + np.float32(9))
    content = theirs.read_bytes()
    assert place.run() == 0
    assert place.main("clean", JOB) == 0
    assert theirs.read_bytes() == content
    code, frames = status(place, capsys)
    assert code == 0
    assert (frames["flow-inpaint/motion"]["freed"], frames["flow-inpaint/motion"]["foreign"]) == ("1,3", "2")


def test_nothing_is_freed_of_a_job_that_is_not_done(place, capsys):
    place.out(3).unlink()
    before = exrs(place)
    assert place.main("clean", JOB) == 0
    assert "1 frames of the result are not done" in capsys.readouterr().out
    assert exrs(place) == before


def test_only_what_is_old_enough_goes(place, capsys):
    old = place.folder / "out/clean.work/flow-inpaint/motion/motion.0001.exr"
    week = time.time() - 7 * 86400
    os.utime(old, (week, week))
    assert place.main("clean", JOB, "--older", "3") == 0
    assert not old.exists()
    assert old.with_name("motion.0002.exr").exists()
    assert status(place, capsys)[0] == 0
    assert place.main("clean", JOB, "--older", "-1") == 2


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"paintout": 1, "freed": 3}', b'{"paintout": 9, "freed": {}}']
)
def test_a_damaged_note_frees_nothing_and_stops_nothing(place, content):
    (place.folder / "out/clean.work/freed.json").write_bytes(content)
    before = picture_bits(place.folder / "out")
    assert place.run() == 0
    assert picture_bits(place.folder / "out") == before
