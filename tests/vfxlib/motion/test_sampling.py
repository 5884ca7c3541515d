"""Pictures read at points, and holes filled smoothly."""

from __future__ import annotations

import numpy as np
import pytest

from vfxlib.motion.sampling import ROW, eroded, gaussian_pull_push, pixel_grid, sample, sample_nearest

IMAGE = np.random.default_rng(1).random((20, 30, 3)).astype(np.float32)


def test_a_grid_read_at_its_own_pixels_is_the_picture() -> None:
    grid = pixel_grid(20, 30)
    assert np.array_equal(grid[3, 7], [7, 3])
    assert np.array_equal(sample(IMAGE, grid), IMAGE)
    assert np.array_equal(sample_nearest(IMAGE[..., 0], grid), IMAGE[..., 0])


def test_halfway_is_the_mean_and_the_nearest_is_one_of_the_pixels() -> None:
    at = np.array([[4.5, 6.0]], np.float32)
    assert np.allclose(sample(IMAGE, at)[0], (IMAGE[6, 4] + IMAGE[6, 5]) / 2, atol=1e-6)
    assert sample_nearest(IMAGE[..., 0], at)[0] in (IMAGE[6, 4, 0], IMAGE[6, 5, 0])


def test_outside_is_the_edge_or_what_was_asked_for() -> None:
    far = np.array([[-50.0, 4.0]], np.float32)
    assert np.array_equal(sample(IMAGE, far)[0], IMAGE[4, 0])
    assert (sample(IMAGE, far, outside=2.0) == 2).all()


@pytest.mark.parametrize("count", [0, 1, ROW, ROW + 1])
def test_any_number_of_points_comes_back_in_order(count: int) -> None:
    at = np.stack([np.arange(count) % 30, np.arange(count) // 30 % 20], axis=-1).astype(np.float32)
    assert np.array_equal(sample(IMAGE, at), IMAGE.reshape(-1, 3)[np.arange(count) % 600])


def test_erosion_takes_from_the_rim_but_not_from_the_picture_s_edge() -> None:
    mask = np.zeros((40, 40), np.bool_)
    mask[:20] = True
    small = eroded(mask, 5)
    assert small[:15].all()
    assert not small[15:].any()
    assert np.array_equal(eroded(mask, 0.4), mask)


def test_filling_keeps_the_known_bits_and_stays_between_them() -> None:
    known = np.random.default_rng(2).random((20, 30)) < 0.3
    broken = np.where(known[..., None], IMAGE, np.nan)
    full = gaussian_pull_push(broken, known)
    assert np.array_equal(full[known], IMAGE[known])
    assert np.isfinite(full).all()
    assert full.min() >= IMAGE[known].min() - 1e-5
    assert full.max() <= IMAGE[known].max() + 1e-5


def test_a_whole_picture_is_handed_back_and_an_unknown_one_is_0() -> None:
    assert gaussian_pull_push(IMAGE, np.ones((20, 30), np.bool_)) is IMAGE
    assert not gaussian_pull_push(IMAGE, np.zeros((20, 30), np.bool_)).any()
    assert gaussian_pull_push(IMAGE[..., 0], np.zeros((20, 30), np.bool_)).shape == (20, 30)
