"""SSIM: the published formula, in the hole only."""

import numpy as np
import pytest

from vfxlib.image.picture import Array
from vfxlib.metrics.ssim import Ssim, ssim_map


def noise(seed: int, shape: tuple[int, ...] = (40, 50, 3)) -> Array:
    return np.random.default_rng(seed).uniform(0, 1, shape).astype(np.float32)


def test_the_map_is_the_published_formula() -> None:
    a, b = noise(1), noise(2)
    offsets = np.arange(-5, 6)
    row = np.exp(-(offsets**2) / (2 * 1.5**2))
    window = np.outer(row, row) / np.outer(row, row).sum()
    y, x, c = 17, 23, 1
    pa, pb = (p[y - 5 : y + 6, x - 5 : x + 6, c].astype(np.float64) for p in (a, b))
    ma, mb = (window * pa).sum(), (window * pb).sum()
    va, vb = (window * (pa - ma) ** 2).sum(), (window * (pb - mb) ** 2).sum()
    cab = (window * (pa - ma) * (pb - mb)).sum()
    expected = ((2 * ma * mb + 1e-4) * (2 * cab + 9e-4)) / ((ma**2 + mb**2 + 1e-4) * (va + vb + 9e-4))
    assert ssim_map(a, b)[y, x, c] == pytest.approx(expected, abs=1e-9)


def test_a_sequence_is_counted_in_the_hole_and_as_if_whole_frames_were_compared() -> None:
    a, b = noise(3), noise(4)
    hole = np.zeros(a.shape[:2], bool)
    hole[0:9, 30:41] = True
    ssim = Ssim()
    ssim.add(a, b, hole)
    ssim.add(a, a, hole)
    assert ssim.mean == pytest.approx((ssim_map(a, b)[hole].mean() + 1) / 2, abs=1e-12)


def test_what_is_far_from_the_hole_does_not_matter() -> None:
    a, b = noise(5), noise(6)
    hole = np.zeros(a.shape[:2], bool)
    hole[10:14, 10:14] = True
    near, far = Ssim(), Ssim()
    near.add(a, b, hole)
    a[30:, 30:] = np.nan
    far.add(a, b, hole)
    assert near == far


def test_no_hole_is_no_number() -> None:
    ssim = Ssim()
    ssim.add(noise(7), noise(8), np.zeros((40, 50), bool))
    assert np.isnan(ssim.mean)
