import cv2
import numpy as np
import pytest

from vfxlib.image.area import area_average, area_maximum, enlarge, fitting_size, low_window
from vfxlib.image.box import Box

SIZE = (96, 54)
WINDOW = Box(0, 0, *SIZE)


def picture() -> np.ndarray:
    return np.random.default_rng(1).random((SIZE[1], SIZE[0], 3), np.float32)


@pytest.mark.parametrize("low", [(24, 27), (25, 13), (96, 54), (1, 1)])
def test_a_new_pixel_is_the_mean_of_its_area(low: tuple[int, int]) -> None:
    mean, share, to = area_average(picture(), np.ones(SIZE[::-1], np.bool_), WINDOW, SIZE, low)
    assert to == Box(0, 0, *low)
    assert share.min() == 1
    np.testing.assert_allclose(
        mean, cv2.resize(picture(), low, interpolation=cv2.INTER_AREA).reshape(mean.shape), atol=1e-6
    )


def test_a_part_of_a_picture_is_reduced_as_the_whole_is() -> None:
    low, part = (25, 13), Box(11, 7, 70, 50)
    whole, _, _ = area_average(picture(), np.ones(SIZE[::-1], np.bool_), WINDOW, SIZE, low)
    counts = np.ones((part.height, part.width), np.bool_)
    mean, _, to = area_average(picture()[part.slices(WINDOW)], counts, part, SIZE, low)
    inner = to.grown(-1)
    np.testing.assert_array_equal(mean[inner.slices(to)], whole[inner.slices(Box(0, 0, *low))])


def test_only_what_counts_is_averaged_and_the_share_says_how_much_that_was() -> None:
    counts = np.ones(SIZE[::-1], np.bool_)
    counts[:, :2] = False
    values = picture()
    values[:, :2] = np.nan
    mean, share, _ = area_average(values, counts, WINDOW, SIZE, (24, 27))
    np.testing.assert_allclose(share[:, 0], 0.5)
    np.testing.assert_allclose(mean[0, 0], values[:2, 2:4].mean(axis=(0, 1)), rtol=1e-5)
    nothing, share, _ = area_average(values, np.zeros_like(counts), WINDOW, SIZE, (24, 27))
    assert not nothing.any()
    assert not share.any()


@pytest.mark.parametrize("low", [(24, 27), (25, 13), (96, 54)])
def test_one_pixel_of_a_matte_survives_in_every_new_pixel_that_it_touches(low: tuple[int, int]) -> None:
    matte = np.zeros(SIZE[::-1], np.float32)
    matte[31, 58] = 0.7
    small = area_maximum(matte, WINDOW, SIZE, low)
    rows = {int(y * low[1] / SIZE[1]) for y in (31, 31.999)}
    columns = {int(x * low[0] / SIZE[0]) for x in (58, 58.999)}
    assert {tuple(at) for at in np.argwhere(small > 0)} == {(y, x) for y in rows for x in columns}
    assert small.max() == np.float32(0.7)


def test_a_window_beyond_the_picture_keeps_its_place() -> None:
    overscan = Box(-5, -3, 101, 60)
    assert low_window(overscan, SIZE, (24, 27)) == Box(-2, -2, 26, 30)
    values = np.ones((overscan.height, overscan.width, 3), np.float32)
    mean, share, to = area_average(values, np.ones(values.shape[:2], np.bool_), overscan, SIZE, (24, 27))
    assert to == Box(-2, -2, 26, 30)
    np.testing.assert_allclose(mean, 1, rtol=1e-6)
    assert share.min() == 1


def test_an_empty_window_stays_empty() -> None:
    empty = Box(4, 4, 4, 4)
    mean, _, to = area_average(np.zeros((0, 0, 3), np.float32), np.zeros((0, 0), np.bool_), empty, SIZE, (24, 27))
    assert to.empty
    assert mean.size == 0
    assert area_maximum(np.zeros((0, 0), np.float32), empty, SIZE, (24, 27)).size == 0


def test_a_picture_is_reduced_by_a_whole_factor_until_it_fits() -> None:
    sizes = {(1728, 960): (864, 480), (3840, 2160): (960, 540), (4096, 2160): (1024, 540), (1024, 5): (1024, 5)}
    assert {size: fitting_size(size, 1024) for size in sizes} == sizes
    assert fitting_size((3840, 2160), 0) == (3840, 2160)
    assert fitting_size((9000, 1), 1024) == (1000, 1)


def test_a_picture_is_enlarged_as_opencv_does_it() -> None:
    low = np.random.default_rng(2).random((13, 25, 3), np.float32)
    large = enlarge(low, Box(0, 0, 25, 13), (25, 13), SIZE, WINDOW)
    np.testing.assert_allclose(large, cv2.resize(low, SIZE, interpolation=cv2.INTER_LINEAR), atol=1e-4)
    part = Box(-2, 10, 40, 60)  # its edge is held beyond the picture
    cut = enlarge(low, Box(0, 0, 25, 13), (25, 13), SIZE, part)
    inner = part & WINDOW
    np.testing.assert_allclose(cut[inner.slices(part)], large[inner.slices(WINDOW)], atol=1e-5)
    np.testing.assert_array_equal(cut[-1], cut[-2])


def test_one_pixel_is_enlarged_to_a_flat_picture() -> None:
    one = np.full((1, 1, 2), 0.25, np.float32)
    assert (enlarge(one, Box(0, 0, 1, 1), (1, 1), (5, 4), Box(0, 0, 5, 4)) == 0.25).all()
