"""A carried matte survives its file, and so does what an artist has made of it."""

import numpy as np
import pytest

from nodes.processors.mask_propagate.matte_file import carried_path, read_carried, write_carried
from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.io.exr import read_attribute, write_exr
from vfxlib.mask_propagate.frame import CarriedMatte
from vfxlib.pipeline.fingerprint import FINGERPRINT


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
