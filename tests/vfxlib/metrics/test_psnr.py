"""PSNR: all pixels together, in the hole only."""

import numpy as np
import pytest

from vfxlib.metrics.hole import hole_box, hole_of, srgb
from vfxlib.metrics.psnr import Psnr, decibels


def test_all_pixels_of_all_frames_count_alike() -> None:
    psnr = Psnr()
    truth = np.zeros((10, 10, 3), np.float32)
    few, many = np.zeros((10, 10), bool), np.ones((10, 10), bool)
    few[0, 0] = True
    psnr.add(1, truth + 0.3, truth, few)
    psnr.add(2, truth + 0.1, truth, many)
    assert psnr.per_frame == pytest.approx({1: decibels(0.09), 2: decibels(0.01)}, abs=1e-5)
    assert psnr.total == pytest.approx(decibels((0.09 + 100 * 0.01) / 101), abs=1e-5)


def test_pixels_outside_the_hole_do_not_count() -> None:
    psnr = Psnr()
    truth = np.random.default_rng(0).uniform(0, 1, (8, 8, 3)).astype(np.float32)
    result = truth.copy()
    hole = np.zeros((8, 8), bool)
    hole[2:4, 2:4] = True
    result[~hole] = np.nan
    psnr.add(1, result, truth, hole)
    assert psnr.total == 120


def test_a_frame_without_a_hole_does_not_count() -> None:
    psnr = Psnr()
    psnr.add(1, np.zeros((4, 4, 3), np.float32), np.ones((4, 4, 3), np.float32), np.zeros((4, 4), bool))
    assert psnr.per_frame == {}
    assert np.isnan(psnr.total)


def test_the_hole_is_where_the_matte_is_above_two_percent() -> None:
    assert hole_of(np.array([[0, 0.02, 0.021, 1]], np.float32)).tolist() == [[False, False, True, True]]


def test_srgb_clips_and_keeps_what_is_unknown_unknown() -> None:
    values = srgb(np.array([-1, 0, 0.18, 1, 40, np.inf, np.nan], np.float32))
    np.testing.assert_allclose(values[:6], [0, 0, 0.46135613, 1, 1, 1], atol=1e-6)
    assert np.isnan(values[6])


def test_the_box_around_a_hole_stays_in_the_frame() -> None:
    hole = np.zeros((20, 30), bool)
    assert hole_box(hole, 5).empty
    hole[1, 28] = True
    box = hole_box(hole, 5)
    assert (box.x0, box.y0, box.x1, box.y1) == (23, 0, 30, 7)
