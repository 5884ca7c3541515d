"""Windows are covered: cut where they are smaller, padded where they are larger."""

import numpy as np
import pytest

from vfxlib.image.box import Box
from vfxlib.image.reframe import reframe, resize_nearest

PIXELS = np.arange(12, dtype=np.float16).reshape(3, 4)
BOX = Box(10, 20, 14, 23)


def test_the_same_window_gives_the_same_array():
    assert reframe(PIXELS, BOX, BOX) is PIXELS


def test_a_larger_window_is_padded_and_a_smaller_one_cut():
    wide = reframe(PIXELS, BOX, BOX.grown(1), np.nan)
    assert wide.dtype == np.float16
    assert np.array_equal(wide[1:-1, 1:-1], PIXELS)
    assert np.isnan(wide[0]).all()
    assert np.array_equal(reframe(PIXELS, BOX, Box(11, 21, 13, 23)), PIXELS[1:3, 1:3])


@pytest.mark.parametrize("window", [Box(0, 0, 5, 5), Box(14, 20, 16, 23)], ids=["far away", "beside"])
def test_a_window_without_a_pixel_in_common_is_empty(window):
    assert (reframe(PIXELS, BOX, window) == 0).all()


def test_another_resolution_takes_the_nearest_pixels_and_makes_no_others():
    assert np.array_equal(resize_nearest(PIXELS, (6, 8)), PIXELS.repeat(2, 0).repeat(2, 1))
    assert np.array_equal(resize_nearest(PIXELS, (1, 2)), PIXELS[1:2, 1::2])
    colour = np.stack([PIXELS, PIXELS + 1], axis=-1)
    assert np.array_equal(resize_nearest(colour, (3, 4, 3)), colour)
