"""One sample of the plate per point."""

import numpy as np
import pytest
import torch

from vfxlib.flow_inpaint.resample import sample, sample_rim, visible, visible_rim
from vfxlib.flow_inpaint.source import open_source
from vfxlib.image.box import Box
from vfxlib.motion.tracking import points_at

CPU = torch.device("cpu")


def source(image, known=None, window=None):
    known = np.ones(image.shape[:2], bool) if known is None else known
    return open_source(image, known, window or Box(0, 0, image.shape[1], image.shape[0]), device=CPU)


def noise(height=20, width=30):
    return np.random.default_rng(3).standard_normal((height, width, 3)).astype(np.float32)


def test_whole_positions_give_the_pixel_s_bits_even_next_to_nan():
    image, known = noise(), np.zeros((20, 30), bool)
    known[5, 7] = True
    image[~known] = np.nan
    at = points_at(np.array([7.0]), np.array([5.0]))
    picture = source(image, known)
    assert visible(at, picture).all()
    samples = sample(at, picture)
    assert np.array_equal(samples.sharp[0], image[5, 7])
    assert np.array_equal(samples.soft[0], image[5, 7])


@pytest.mark.parametrize("size", [(1, 1), (1, 6), (3, 9), (9, 3), (4, 4)])
def test_pictures_of_any_size_give_their_pixels_at_whole_positions(size):
    image = noise(*size)
    rows, columns = (each.ravel() for each in np.indices(size))
    points = points_at(columns, rows)
    of = source(image)
    assert visible(points, of).all()
    for read in (sample, sample_rim):
        assert np.array_equal(read(points, of).sharp, image[rows, columns])


def test_broken_positions_need_all_sixteen_pixels():
    image = noise()
    known = np.ones((20, 30), bool)
    known[10, 15] = False
    x, y = np.meshgrid(np.arange(8, 22) + 0.5, np.arange(5, 16) + 0.5)
    at = points_at(x.ravel(), y.ravel())
    near = (np.abs(at.x - 15) < 2) & (np.abs(at.y - 10) < 2)
    assert np.array_equal(visible(at, source(image, known)), ~near)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_never_seen(bad):
    image = noise()
    image[10, 15, 1] = bad
    x, y = np.meshgrid(np.arange(2, 27) + 0.25, np.arange(2, 17) + 0.75)
    at = points_at(x.ravel(), y.ravel())
    picture = source(image)
    assert np.isfinite(sample(at[visible(at, picture)], picture).sharp).all()


def test_nothing_is_seen_outside_the_data_window():
    picture = source(noise(), window=Box(100, 50, 130, 70))
    at = points_at(np.array([99.0, 100.0, 129.0, 130.0, np.nan]), np.array([55.0, 50.0, 69.0, 55.0, 55.0]))
    assert visible(at, picture).tolist() == [False, True, True, False, False]


def test_a_smooth_picture_is_interpolated_closely_and_bright_light_kept():
    y, x = np.mgrid[:40, :40].astype(np.float32)
    image = np.stack([100 * np.sin(x / 9), np.cos(y / 7) - 2, x * y], axis=2).astype(np.float32)
    at = points_at(np.array([20.3]), np.array([17.8]))
    exact = [100 * np.sin(20.3 / 9), np.cos(17.8 / 7) - 2, 20.3 * 17.8]
    assert np.allclose(sample(at, source(image)).sharp[0], exact, rtol=1e-3, atol=2e-3)


def test_how_many_points_are_sampled_together_does_not_change_a_bit():
    rng = np.random.default_rng(5)
    at = points_at(rng.random(999) * 20 + 4, rng.random(999) * 10 + 4)
    whole = sample(at, source(noise()))
    for part in (np.arange(1), np.arange(3, 700), np.arange(990, 999)):
        some = sample(at[part], source(noise()))
        assert np.array_equal(some.sharp, whole.sharp[part])
        assert np.array_equal(some.soft, whole.soft[part])


def test_at_the_rim_no_pixel_under_the_matte_is_touched():
    image, matte = noise(), np.zeros((20, 30), bool)
    matte[8:12, 10:20] = True
    shown = np.where(matte[..., None], np.nan, image).astype(np.float32)
    picture = open_source(shown, np.zeros_like(matte), Box(0, 0, 30, 20), device=CPU, rim=~matte)
    x, y = np.meshgrid(np.arange(1, 28) + 0.25, np.arange(1, 18) + 0.5)
    at = points_at(x.ravel(), y.ravel())
    seen = visible_rim(at, picture)
    assert not visible(at, picture).any()
    assert seen[(at.y > 12.4) & (at.y < 12.6)].all()
    assert np.isfinite(sample_rim(at[seen], picture).sharp).all()


def test_at_the_rim_a_sample_is_bilinear_and_at_whole_positions_the_pixel():
    image = noise()
    picture = source(image)
    between = sample_rim(points_at(np.array([7.25]), np.array([5.5])), picture)
    expected = 0.5 * (0.75 * image[5, 7] + 0.25 * image[5, 8]) + 0.5 * (0.75 * image[6, 7] + 0.25 * image[6, 8])
    np.testing.assert_allclose(between.sharp[0], expected, rtol=1e-5)
    assert between.phase[0] == pytest.approx(np.hypot(0.25, 0.5))
    whole = sample_rim(points_at(np.array([29.0]), np.array([19.0])), picture)
    assert np.array_equal(whole.sharp[0], image[19, 29])
