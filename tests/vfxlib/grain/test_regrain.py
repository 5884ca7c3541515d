"""Grain for what a network has painted."""

from pathlib import Path

import numpy as np
import pytest

from vfxlib.grain.fine_detail import fine_detail
from vfxlib.grain.model import Grain
from vfxlib.grain.regrain import grain_around, lacking_grain, noise
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


FLAT = np.full((96, 128, 3), 0.2, np.float32)
PLATE = Grain(np.zeros((1, 3)), np.full((1, 3), 0.01))
MIDDLE = np.s_[16:-16, 16:-16]


def field(sigma, seed=5):
    return (sigma * np.random.default_rng(seed).standard_normal(FLAT.shape)).astype(np.float32)


@pytest.mark.parametrize("there", [0.0, 0.003, 0.006, 0.009])
def test_with_what_a_painting_holds_already_it_becomes_as_grainy_as_the_plate(there):
    painted = FLAT + field(there)
    lack = lacking_grain(painted, PLATE, np.ones(FLAT.shape[:2], np.float32), 1.0)
    whole = painted + lack * noise(0, 1, Box(0, 0, 128, 96), Box(0, 0, 128, 96))
    assert fine_detail(whole)[MIDDLE].std() == pytest.approx(0.01, rel=0.06)


def test_a_painting_that_is_grainy_enough_gets_none():
    lack = lacking_grain(FLAT + field(0.015), PLATE, np.ones(FLAT.shape[:2], np.float32), 1.0)
    assert not lack[MIDDLE].any()


def test_an_edge_is_no_grain():
    edge = FLAT.copy()
    edge[:, 64:] += 0.4
    lack = lacking_grain(edge, PLATE, np.ones(FLAT.shape[:2], np.float32), 1.0)
    assert lack[MIDDLE] == pytest.approx(0.01, rel=0.01)


@pytest.mark.parametrize("amount", [0.0, 0.5, 2.0])
def test_as_much_as_is_wanted_of_the_plates_grain(amount):
    lack = lacking_grain(FLAT, PLATE, np.ones(FLAT.shape[:2], np.float32), amount)
    assert lack == pytest.approx(amount * 0.01)


def test_only_what_is_painted_gets_grain_and_only_that_is_measured():
    share = np.zeros(FLAT.shape[:2], np.float32)
    share[:, 64:] = 1
    share[:, 60:64] = 0.5
    rough = FLAT + np.where(share[..., None] > 0, 0, field(0.05))
    lack = lacking_grain(rough, PLATE, share, 1.0)
    assert not lack[share == 0].any()
    assert lack[:, 80:] == pytest.approx(0.01)
    assert (lack[:, 60:64] < 0.0051).all()


def test_a_plate_without_grain_wants_none():
    none = Grain(np.zeros((1, 3)), np.zeros((1, 3)))
    assert not lacking_grain(FLAT + field(0.01), none, np.ones(FLAT.shape[:2], np.float32), 1.0).any()
