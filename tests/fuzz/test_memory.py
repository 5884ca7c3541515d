"""What grows with every try is told from what is filled once and kept."""

import numpy as np

from tests.fuzz.memory import growth, peak_bytes, reset_peak, resident_bytes

MIB = 2**20


def test_memory_that_grows_with_every_try_is_told():
    assert growth([200 * MIB + number * 300_000 for number in range(300)]) > 24 * MIB


def test_memory_that_is_filled_once_is_not():
    assert growth([200 * MIB + min(number, 100) * MIB for number in range(300)]) == 0
    assert growth([(200 if number < 150 else 300) * MIB for number in range(300)]) == 0
    assert growth([(233 if n < 800 else 241 if n < 1100 else 566) * MIB for n in range(1460)]) == 0


def test_a_few_tries_tell_nothing():
    assert growth([number * 100 * MIB for number in range(100)]) == 0


def test_the_peak_is_above_what_is_left():
    reset_peak()
    before = resident_bytes()
    np.ones(64 * MIB, np.uint8).sum()
    assert peak_bytes() - before > 32 * MIB
