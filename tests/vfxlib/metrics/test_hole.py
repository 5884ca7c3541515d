"""Where is judged, and in which values."""

import numpy as np

from vfxlib.image.box import Box
from vfxlib.metrics.hole import hole_box, hole_of, srgb


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


def test_srgb_is_straight_near_black_and_continuous_there() -> None:
    values = srgb(np.array([0.001, 0.0031308, 0.0031309], np.float32))
    assert values[0] == np.float32(12.92) * np.float32(0.001)
    assert abs(values[2] - values[1]) < 1e-5


def test_the_box_of_several_pixels_holds_them_all() -> None:
    hole = np.zeros((20, 30), bool)
    hole[4, 5] = hole[10, 20] = True
    assert hole_box(hole, 0) == Box(5, 4, 21, 11)
