"""Halves and floats: the same bits with torch and without."""

import sys

import numpy as np
import pytest

import vfxlib.device  # noqa: F401  loaded, as it is where frames are made
from vfxlib.image.half import from_half, to_half

HALVES = np.arange(2**16, dtype=np.uint16).view(np.float16)


def near_halves():
    """Floats at every half, and just beside and in the middle between two."""
    steps = np.arange(-3, 4, dtype=np.int64) * 2048
    with np.errstate(invalid="ignore"):
        bits = HALVES[np.isfinite(HALVES)].astype(np.float32).view(np.uint32).astype(np.int64)
    return (bits[:, None] + steps).clip(0, 2**32 - 1).astype(np.uint32).view(np.float32)


def same(a, b):
    return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True) and np.array_equal(np.signbit(a), np.signbit(b))


@pytest.fixture(params=["torch", "numpy"])
def loaded(request, monkeypatch):
    if request.param == "numpy":
        monkeypatch.delitem(sys.modules, "vfxlib.device")


@pytest.mark.usefixtures("loaded")
def test_every_half_is_the_same_number():
    with np.errstate(invalid="ignore"):
        expected = HALVES.astype(np.float32)
        assert same(np.nan_to_num(from_half(HALVES), nan=7.0), np.nan_to_num(expected, nan=7.0))


@pytest.mark.usefixtures("loaded")
def test_floats_become_the_nearest_half_also_between_two_and_beyond_all():
    floats = near_halves()
    with np.errstate(over="ignore"):
        expected = floats.astype(np.float16)
    finite = ~np.isnan(floats)
    assert same(to_half(floats)[finite], expected[finite])
    assert np.isnan(to_half(floats)[~finite]).all()


@pytest.mark.parametrize("turned", [lambda a: a[::-1], lambda a: a.T, lambda a: a[:, 1::2], lambda a: a[:0]])
def test_an_array_may_lie_in_memory_as_it_likes(turned):
    values = np.arange(12, dtype=np.float32).reshape(3, 4) / 7
    assert same(to_half(turned(values)), turned(values).astype(np.float16))
    assert same(from_half(turned(values.astype(np.float16))), turned(values.astype(np.float16)).astype(np.float32))


def test_an_array_that_is_read_only_is_read():
    values = np.ones(3, np.float16)
    values.flags.writeable = False
    assert same(from_half(values), np.ones(3, np.float32))
