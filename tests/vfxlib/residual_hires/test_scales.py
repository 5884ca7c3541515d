"""Pictures brought down by area averages and up by cubic convolution."""

import numpy as np
import pytest

from vfxlib.image.box import Box
from vfxlib.residual_hires.scales import Scales

REAL = Scales((50, 35), (20, 13))


def whole(size):
    return Box(0, 0, *size)


@pytest.mark.parametrize("scales", [REAL, Scales((48, 32), (12, 8)), Scales((30, 20), (30, 20))])
def test_reducing_keeps_the_mean(scales):
    picture = np.random.default_rng(1).random((*scales.full[::-1], 3)).astype(np.float32)
    low = scales.reduce(picture, whole(scales.full), whole(scales.low))
    assert low.shape == (*scales.low[::-1], 3)
    assert np.allclose(low.mean(axis=(0, 1)), picture.mean(axis=(0, 1)), atol=1e-5)


def test_a_low_pixel_is_the_mean_of_the_plate_pixels_below():
    picture = np.random.default_rng(2).random((8, 8, 1)).astype(np.float32)
    low = Scales((8, 8), (2, 2)).reduce(picture, Box(0, 0, 8, 8), Box(0, 0, 2, 2))
    assert np.allclose(low[1, 0, 0], picture[4:, :4].mean())


def test_a_slope_keeps_its_place_at_any_factor():
    y, x = np.mgrid[: REAL.low[1], : REAL.low[0]]
    low = REAL.to_full(np.stack([x, y], axis=-1).astype(np.float64)).astype(np.float32)
    enlarged = REAL.enlarge(low, whole(REAL.full))
    y, x = np.mgrid[: REAL.full[1], : REAL.full[0]]
    inner = (slice(6, -6), slice(6, -6))
    assert np.allclose(enlarged[inner][..., 0], x[inner], atol=1e-3)
    assert np.allclose(enlarged[inner][..., 1], y[inner], atol=1e-3)


def test_a_box_has_the_bits_of_the_whole():
    rng = np.random.default_rng(3)
    low, picture = rng.random((13, 20, 3), np.float32), rng.random((35, 50, 3), np.float32)
    box = Box(11, 7, 34, 28)
    up = REAL.enlarge(low, whole(REAL.full))
    assert np.array_equal(REAL.enlarge(low, box), up[box.slices(whole(REAL.full))])
    down = REAL.reduce(picture, whole(REAL.full), whole(REAL.low))
    low_box = Box(4, 3, 13, 9)
    under = REAL.full_box(low_box)
    part = REAL.reduce(picture[under.slices(whole(REAL.full))], under, low_box)
    assert np.allclose(part, down[low_box.slices(whole(REAL.low))], atol=1e-6)


def test_beyond_the_picture_its_edge_is_held():
    low = np.random.default_rng(4).random((13, 20, 3), np.float32)
    around = REAL.enlarge(low, Box(-40, 0, 0, 35))
    assert np.allclose(around[:, 0], around[:, 10], atol=1e-6)


def test_boxes_lead_there_and_back():
    for box in (Box(0, 0, 50, 35), Box(13, 8, 20, 30), Box(49, 34, 50, 35)):
        assert REAL.full_box(REAL.low_box(box)).contains(box)


def test_a_low_pixel_is_touched_by_one_plate_pixel():
    mask = np.zeros((35, 50), np.bool_)
    mask[34, 49] = True
    touched = REAL.touched(mask, whole(REAL.full))
    assert touched[12, 19]
    assert touched.sum() == 1
    assert not REAL.touched(np.ones((5, 5), np.bool_), Box(60, 0, 65, 5)).any()


def test_centres_are_the_places_that_lead_back_to_whole_low_pixels():
    places = REAL.to_low(REAL.centres(Box(3, 2, 6, 4)))
    assert np.allclose(places, [[3, 2], [4, 2], [5, 2], [3, 3], [4, 3], [5, 3]])
