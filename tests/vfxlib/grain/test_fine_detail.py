"""The finest scale, at which grain is measured."""

import numpy as np
import pytest

from vfxlib.grain.fine_detail import fine_detail


def test_white_noise_keeps_its_variance():
    noise = np.random.default_rng(1).normal(0, 0.02, (500, 600, 3)).astype(np.float32)
    assert fine_detail(noise).var() == pytest.approx(0.02**2, rel=0.03)


def test_slopes_and_edges_along_rows_and_columns_are_no_fine_detail():
    y, x = np.mgrid[:60, :80]
    slope = (0.2 + 0.01 * x + 0.02 * y + 0.3 * (x > 40)).astype(np.float32)
    assert np.abs(fine_detail(slope[..., None])[1:-1, 1:-1]).max() < 1e-6
