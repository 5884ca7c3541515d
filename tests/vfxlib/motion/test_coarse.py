import numpy as np
import pytest

from tests.vfxlib.motion.scenes import moved, texture
from vfxlib.motion.coarse import COARSE_LINES, WIDEST, area_reduced, coarse_frame, coarse_hole, measure_coarse


def plate(height: int, width: int) -> np.ndarray:
    return np.repeat(texture(height, width, 1)[..., None], 3, axis=2)


def same(pixels: np.ndarray) -> np.ndarray:
    return pixels


def test_a_matte_keeps_its_area_however_small_it_becomes() -> None:
    matte = np.zeros((960, 1728), np.float32)
    matte[100:103, 200:205] = 0.2
    hole = coarse_hole(matte)
    assert hole.shape == (COARSE_LINES, 432)
    assert hole.sum() * 16 == pytest.approx(15, rel=1e-4)


def test_what_is_no_light_is_neither_known_nor_spread() -> None:
    pixels = plate(480, 640)
    pixels[100:108, 200:208] = np.nan
    pixels[300, 300] = np.inf
    frame = coarse_frame(pixels, np.zeros((480, 640), np.float32), same)
    assert np.isfinite(frame.working).all()
    assert not frame.known[50:54, 100:104].any()
    assert not frame.known[150, 150]
    assert (~frame.known).sum() == 17


def test_a_place_that_a_matte_touches_is_not_known() -> None:
    matte = np.zeros((480, 640), np.float32)
    matte[101, 201] = 0.01
    frame = coarse_frame(plate(480, 640), matte, same)
    assert not frame.known[50, 100]
    assert (~frame.known).sum() == 1


def test_a_very_wide_plate_becomes_no_wider_than_others() -> None:
    assert area_reduced(np.zeros((100, 40_000), np.float32)).shape == (5, WIDEST)
    assert area_reduced(np.zeros((1, 1, 3), np.float32)).shape == (1, 1, 3)


def test_the_motion_of_a_pan_is_found_in_coarse_pixels() -> None:
    wide, none = plate(480, 760), np.zeros((480, 640), np.float32)
    shifts = [np.array([[1, 0, x], [0, 1, 0], [0, 0, 1.0]]) for x in (20, 32)]
    a, b = (coarse_frame(np.dstack([moved(wide[..., 0], s, (640, 480))] * 3), none, same) for s in shifts)
    homography = measure_coarse(a, b).forward.homography
    assert homography[0, 2] == pytest.approx(-6, abs=0.05)
