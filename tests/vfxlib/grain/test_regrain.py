"""Grain for what a network has painted."""

from pathlib import Path

import numpy as np
import pytest

from vfxlib.grain.regrain import grain_around, noise
from vfxlib.image.box import Box
from vfxlib.image.picture import Header, Picture, RawFrame
from vfxlib.inputs.shot import ShotFrame

WINDOW = Box(-4, 0, 60, 40)


def frame(plate, hole):
    height, width = hole.shape
    box = Box(0, 0, width, height)
    raw = RawFrame(1001, Header(Path("a.exr"), box, (0, 0), box, 1.0, {}), {})
    return ShotFrame(raw, ("R", "G", "B"), Picture(plate, box), hole.astype(np.float32), hole, ~hole)


def test_a_pixel_has_the_same_grain_in_every_box():
    whole = noise(0, 1001, WINDOW, WINDOW)
    assert np.array_equal(whole[8:20, 14:34], noise(0, 1001, Box(10, 8, 30, 20), WINDOW))


def test_it_changes_with_the_frame_and_the_seed():
    whole = noise(0, 1001, WINDOW, WINDOW)
    assert not np.array_equal(whole, noise(0, 1002, WINDOW, WINDOW))
    assert not np.array_equal(whole, noise(1, 1001, WINDOW, WINDOW))
    assert np.array_equal(noise(0, -1, WINDOW, WINDOW), noise(0, -1, WINDOW, WINDOW)), "frames before 0 have some too"


def test_it_is_standard_normal():
    whole = noise(3, 1001, Box(0, 0, 200, 100), Box(0, 0, 200, 100))
    assert whole.mean() == pytest.approx(0, abs=0.02)
    assert whole.std() == pytest.approx(1, abs=0.02)


def test_grain_is_measured_around_the_hole_and_not_in_it():
    rng = np.random.default_rng(1)
    plate = (0.2 + 0.01 * rng.standard_normal((120, 140, 3))).astype(np.float32)
    hole = np.zeros((120, 140), bool)
    hole[40:80, 50:90] = True
    plate[hole] = rng.random((1600, 3)).astype(np.float32)
    assert grain_around(frame(plate, hole)).at(np.full((1, 3), 0.2, np.float32)) == pytest.approx(0.01, rel=0.25)


def test_a_frame_that_is_all_hole_has_no_grain():
    hole = np.ones((40, 40), bool)
    assert (grain_around(frame(np.zeros((40, 40, 3), np.float32), hole)).sigma == 0).all()
