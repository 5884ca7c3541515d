"""A carried matte survives its file, and so does what an artist has made of it."""

import json

import numpy as np
import pytest

from nodes.engine.shot_step import shot_state
from nodes.processors.mask_propagate.matte_file import (
    carried_file,
    carried_path,
    carry_state,
    read_carried,
    write_carried,
)
from tests.nodes.engine.made import context, keyed, leave, mask, write
from vfxlib.errors import PictureError, UsageError
from vfxlib.image.box import Box
from vfxlib.io.exr import read_attribute, write_exr
from vfxlib.mask_propagate.frame import CarriedMatte
from vfxlib.pipeline.fingerprint import FINGERPRINT, FileState


@pytest.fixture
def carried():
    rng = np.random.default_rng(3)
    matte, confidence, effect = (rng.random((6, 9), np.float32) for _ in range(3))
    return CarriedMatte(matte, rng.integers(0, 5, (6, 9)).astype(np.int32), confidence, effect)


def painted(path, channels, data=None):
    """Somebody else's file."""
    box = Box(0, 0, 9, 6)
    write_exr(path, display=box, origin=(0, 0), data=data or box, aspect=1.0, channels=channels, attributes={})
    return path


def test_a_frame_comes_back_as_it_was(tmp_path, carried):
    path = carried_path(tmp_path / "carry" / "carry.json", 12)
    assert path == tmp_path / "carry" / "carry.0012.exr"
    write_carried(path, carried, "f" * 64)
    again = read_carried(path)
    for name in ("matte", "index", "confidence", "effect"):
        before, after = getattr(carried, name), getattr(again, name)
        assert before.dtype == after.dtype
        assert np.array_equal(before, after)
    assert read_attribute(path, FINGERPRINT) == "f" * 64


def test_a_matte_that_somebody_painted_is_enough(tmp_path, carried):
    again = read_carried(painted(tmp_path / "carry.0001.exr", {"matte.A": carried.matte.astype(np.float16)}))
    assert np.array_equal(again.index, again.matte >= 0.5)
    assert (again.confidence == 1).all()
    assert not again.effect.any()


def test_a_matte_that_was_cut_to_its_bounds_is_empty_around(tmp_path):
    data = Box(2, 1, 5, 4)
    again = read_carried(painted(tmp_path / "carry.0001.exr", {"matte.A": np.ones((3, 3), np.float32)}, data))
    assert again.matte.shape == (6, 9)
    assert again.matte.sum() == again.index.sum() == 9


def test_what_is_no_share_becomes_one(tmp_path):
    wild = np.tile(np.array([np.nan, np.inf, -np.inf, -2, 7, 0.5, 0, 1, 0.25], np.float32), (6, 1))
    again = read_carried(painted(tmp_path / "carry.0001.exr", {"matte.A": wild, "index.A": wild}))
    assert again.matte[0].tolist() == [0, 1, 0, 0, 1, 0.5, 0, 1, 0.25]
    assert again.index[0].tolist() == [0, 0, 0, 0, 7, 0, 0, 1, 0]


def test_a_file_without_a_matte_is_refused_with_what_it_holds(tmp_path):
    path = painted(tmp_path / "carry.0001.exr", {"R": np.ones((6, 9), np.float16)})
    with pytest.raises(PictureError, match=r"no channel matte\.A; it holds R"):
        read_carried(path)


# --- what the step has left


def carrying(folder, **output):
    return context(keyed(folder), folder, mask(), step="carry", **output)


def leave_carried(folder, own="x"):
    for number in (1, 2, 3):
        leave(folder, "mask-propagate", "carry", number, 1.0, ["matte.A"], own=own)
    path = folder / "out.work" / "mask-propagate" / "carry" / "carry.json"
    path.write_text(json.dumps({FINGERPRINT: own, "frames": "1-3"}))
    return path


def test_the_step_is_done_when_the_index_and_the_frames_of_the_same_run_are_there(folder):
    assert carry_state(carrying(folder), "x") is FileState.ABSENT
    path = leave_carried(folder)
    assert carry_state(carrying(folder), "x") is shot_state(carrying(folder), "x") is FileState.DONE
    assert carry_state(carrying(folder), "y") is FileState.STALE
    leave(folder, "mask-propagate", "carry", 2, 1.0, ["matte.A"], own="of a run that was stopped")
    assert carry_state(carrying(folder), "x") is FileState.STALE
    carried_path(path, 2).unlink()
    assert carry_state(carrying(folder), "x") is FileState.STALE


def test_an_artist_s_frame_is_done_unless_it_is_to_be_written_over(folder):
    path = leave_carried(folder)
    write(carried_path(path, 2), 1.0, ["matte.A"])
    assert carry_state(carrying(folder), "x") is FileState.DONE
    assert carry_state(carrying(folder, overwrite=True), "x") is FileState.STALE


def test_a_frame_is_found_after_its_step_has_run_and_named_if_it_is_not_there(folder):
    rendering = context(keyed(folder), folder, mask(), step="render")
    with pytest.raises(UsageError, match="step carry has not been run"):
        carried_file(rendering, 2)
    path = leave_carried(folder)
    assert carried_file(rendering, 2) == carried_path(path, 2)
    carried_path(path, 2).unlink()
    with pytest.raises(UsageError, match=r"matte of frame 2 has not been carried[\s\S]*--step mask-propagate/carry"):
        carried_file(rendering, 2)
