"""Bits: what had to stay is compared as integers."""

import numpy as np
import pytest

from vfxlib.metrics.bits import changed_outside, differs


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_the_smallest_change_counts_and_nan_equals_nan(kind: type) -> None:
    first = np.array([[1, 0.0, np.nan, np.inf, 2]], kind)
    second = np.array([[np.nextafter(kind(1), kind(2)), -0.0, np.nan, np.inf, 2]], kind)
    assert differs(first, second).tolist() == [[True, True, False, False, False]]


def test_every_nan_equals_every_other() -> None:
    quiet, other = np.array([[0x7FC00000]], np.uint32).view(np.float32), np.array([[0x7F800001]], np.uint32)
    assert not differs(quiet, other.view(np.float32)).any()


def test_the_same_numbers_in_another_type_are_no_change() -> None:
    half = np.array([[0.1, 65504, -2]], np.float16)
    assert not differs(half.astype(np.float32), half).any()
    assert differs(half.astype(np.float32) * np.float32(1.0001), half).all()


def test_integers_are_compared_too() -> None:
    assert differs(np.array([[1, 2]], np.uint8), np.array([[1, 3]], np.uint8)).tolist() == [[False, True]]


def test_pixels_are_counted_once_and_only_outside() -> None:
    plate = {name: np.zeros((4, 4), np.float16) for name in "RGB"}
    result = {name: channel.copy() for name, channel in plate.items()}
    result["R"][0, 0] = result["G"][0, 0] = result["B"][1, 1] = result["R"][3, 3] = 1
    outside = np.ones((4, 4), bool)
    outside[3] = False
    assert changed_outside(result, plate, outside) == 2
