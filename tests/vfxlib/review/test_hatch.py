"""Patterns tell areas apart without colour."""

from itertools import combinations

import numpy as np

from vfxlib.review.hatch import hatch

PICTURE = np.full((60, 80, 3), 200, np.uint8)
INSIDE = np.zeros((60, 80), bool)
INSIDE[10:40, 20:60] = True


def test_a_pattern_stays_in_its_area_and_leaves_most_of_it():
    for pattern in ("slashes", "lines", "uprights", "dots"):
        changed = (hatch(PICTURE, INSIDE, pattern) != PICTURE).any(axis=2)
        assert not (changed & ~INSIDE).any()
        assert 0.05 < changed[INSIDE].mean() < 0.5


def test_every_pattern_is_another_one():
    made = [hatch(PICTURE, INSIDE, pattern) for pattern in ("", "slashes", "lines", "uprights", "dots")]
    assert not any(np.array_equal(first, second) for first, second in combinations(made, 2))


def test_without_a_pattern_or_an_area_the_picture_is_as_it_was():
    assert hatch(PICTURE, INSIDE, "") is PICTURE
    assert hatch(PICTURE, np.zeros_like(INSIDE), "dots") is PICTURE
