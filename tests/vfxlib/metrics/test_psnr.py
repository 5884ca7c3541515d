"""PSNR: all pixels together, in the hole only."""

import numpy as np
import pytest

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


def test_no_error_is_120_decibels_and_a_tenth_is_20() -> None:
    assert decibels(0) == 120
    assert decibels(0.01) == pytest.approx(20)
