"""Plain methods keep what is known, and each gives back the motion that it is made for."""

import numpy as np
import pytest

from benchmarks.flow_completion.classical import METHODS

Y, X = np.mgrid[:14, :16].astype(np.float32)
KNOWN = np.ones((14, 16), np.bool_)
KNOWN[4:10, 5:11] = False
SLOPE = np.stack([0.2 * X - 0.1 * Y + 1, 0.3 * Y], axis=-1)
STEADY = np.full_like(SLOPE, 1.5)


@pytest.mark.parametrize("name", METHODS)
def test_what_is_known_stays_and_what_is_hidden_is_not_looked_at(name):
    filled = METHODS[name](np.where(KNOWN[..., None], SLOPE, np.float32(999)), KNOWN)
    assert filled.dtype == np.float32
    assert np.array_equal(filled[KNOWN], SLOPE[KNOWN])
    assert np.array_equal(filled, METHODS[name](np.where(KNOWN[..., None], SLOPE, np.nan), KNOWN))


@pytest.mark.parametrize("name", [name for name in METHODS if name != "camera's motion"])
def test_one_motion_goes_on(name):
    assert np.allclose(METHODS[name](STEADY, KNOWN), 1.5, atol=1e-3)


@pytest.mark.parametrize("name", ["Laplace", "biharmonic", "AMLE"])
def test_a_slope_goes_on(name):
    assert np.abs(METHODS[name](SLOPE, KNOWN) - SLOPE).max() < 0.02


def test_the_nearest_is_the_nearest():
    filled = METHODS["nearest"](SLOPE, KNOWN)
    assert np.array_equal(filled[4, 5], SLOPE[3, 5]) or np.array_equal(filled[4, 5], SLOPE[4, 4])


@pytest.mark.parametrize("name", METHODS)
def test_where_nothing_is_known_there_is_no_motion(name):
    assert (METHODS[name](SLOPE, np.zeros_like(KNOWN)) == 0).all()
