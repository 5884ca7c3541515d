"""Differences at a rim carried into the gap."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vfxlib.spatial_fill.membrane import membrane


def _gap_and_rim() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    gap, rim = np.zeros((40, 60), np.bool_), np.zeros((40, 60), np.bool_)
    rim[8:32, 8:52] = True
    gap[10:30, 10:50] = True
    return gap, rim & ~gap


def test_an_even_difference_is_added_evenly() -> None:
    gap, rim = _gap_and_rim()
    assert membrane(np.full((40, 60, 3), 0.05, np.float32), rim, gap) == pytest.approx(0.05, abs=1e-4)


def test_a_slope_is_carried_through_the_gap() -> None:
    gap, rim = _gap_and_rim()
    slope = np.broadcast_to((np.arange(60, dtype=np.float32)[:, None] - 30) / 1000, (40, 60, 3))
    assert np.abs(membrane(slope, rim, gap) - slope[gap]).max() < 0.004


def test_a_saddle_at_the_rim_is_carried_as_the_harmonic_surface_that_it_is() -> None:
    gap, rim = _gap_and_rim()
    y, x = np.mgrid[:40, :60].astype(np.float32)
    saddle = np.repeat((((x - 30) ** 2 - (y - 20) ** 2) / 4000)[..., None], 3, axis=2)
    assert np.abs(membrane(saddle, rim, gap) - saddle[gap]).max() < 0.005


def test_what_is_no_rim_is_not_looked_at_and_another_thing_is_no_light() -> None:
    gap, rim = _gap_and_rim()
    difference = np.full((40, 60, 3), np.nan, np.float32)
    difference[rim] = 5.0
    assert membrane(difference, rim, gap) == pytest.approx(0.15, abs=1e-3)


def test_without_a_rim_nothing_is_added() -> None:
    gap, rim = _gap_and_rim()
    assert not membrane(np.ones((40, 60, 3), np.float32), np.zeros_like(rim), gap).any()
