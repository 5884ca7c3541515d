"""Numbers keep their meaning from a file's type to ours and back."""

import numpy as np
import pytest

from vfxlib.image.pixel_types import as_float, as_stored


def test_integers_become_shares_of_their_largest_value() -> None:
    assert as_float(np.array([0, 255], np.uint8)).tolist() == [0, 1]
    assert as_float(np.array([0, 65535], np.uint16)).tolist() == [0, 1]
    assert as_float(np.array([0, 2**32 - 1], np.uint32)).tolist() == [0, 1]
    half = np.array([-2.5, 60000], np.float16)
    assert as_float(half).tolist() == [-2.5, 60000]
    whole = np.zeros(3, np.float32)
    assert as_float(whole) is whole
    assert {as_float(np.zeros(1, t)).dtype for t in ("uint8", "uint16", "uint32", "float16", "float64")} == {
        np.dtype(np.float32)
    }


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32", "float16", "float32"])
def test_stored_values_come_back_as_the_nearest_of_their_type(dtype: str) -> None:
    kind = np.dtype(dtype)
    most = np.iinfo(dtype).max if kind.kind == "u" else 65504
    some = np.array([0, 1, 7, most // 3, most // 2, most - 1, most]).astype(dtype)
    back = as_stored(as_float(some), kind)
    assert back.dtype == kind
    room = most * 2.0**-24 if kind.kind == "u" else 0  # what a float of 24 bits cannot tell apart
    assert (np.abs(back.astype(np.float64) - some.astype(np.float64)) <= room).all()


def test_what_a_type_cannot_hold_is_its_nearest_value_and_nobody_warns() -> None:
    odd = np.array([-1, 2, np.nan, np.inf, -np.inf, 1e38], np.float32)
    for kind in ("uint8", "uint16", "uint32"):
        most = np.iinfo(kind).max
        assert as_stored(odd, np.dtype(kind)).tolist() == [0, most, 0, most, 0, most]
    half = as_stored(odd, np.dtype(np.float16))
    assert half[[0, 1, 3, 4, 5]].tolist() == [-1, 2, 65504, -65504, 65504]
    assert np.isnan(half[2])


def test_nan_is_quiet_and_what_is_beyond_float32_infinite() -> None:
    signalling = np.array([0x7F800001, 0x3F800000], np.uint32).view(np.float32)
    for stored in (signalling, np.array([0x7D01, 0x3C00], np.uint16).view(np.float16)):
        assert (as_float(stored) * 2)[1] == 2
        assert np.isnan(as_float(stored)[0])
    assert as_float(np.array([1e300, -1e300])).tolist() == [np.inf, -np.inf]
