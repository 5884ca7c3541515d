"""Neighbours decide where candidates contradict each other."""

import numpy as np

from tests.vfxlib.flow_inpaint.made import candidates
from vfxlib.flow_inpaint.mrf import icm
from vfxlib.flow_inpaint.selection import choose

SIDE = 12


def settled(grey, surroundings):
    """A square hole of 4 x 4 points in a picture of one grey."""
    image = np.full((SIDE, SIDE, 3), surroundings, np.float32)
    hole = np.zeros((SIDE, SIDE), bool)
    hole[4:8, 4:8] = True
    rows, columns = np.nonzero(hole)
    image[hole] = np.nan
    found = candidates(grey)
    first = choose(found, drift=0.1)
    return first, icm(first, found, 0.1, rows, columns, image, ~hole)


def test_what_fits_the_neighbours_wins_over_a_majority_that_does_not():
    grey = np.full((5, 16), 3.0)
    grey[3:] = 0.2  # two of five look like the wall around the hole
    first, after = settled(grey, 0.2)
    assert (first.sharp == 3.0).all()
    assert np.allclose(after.sharp, 0.2)
    assert (after.offset == 4).all(), "the nearest in time of those that look like it"


def test_where_nothing_is_contested_the_choice_is_handed_back():
    first, after = settled(np.full((3, 16), 0.2), 0.9)
    assert after is first


def test_points_that_agree_are_not_touched():
    grey = np.full((5, 16), 0.2)
    grey[:3, 5] = 3.0
    first, after = settled(grey, 0.2)
    others = np.arange(16) != 5
    assert np.array_equal(first.slot[others], after.slot[others])
    assert np.allclose(after.sharp[5], 0.2)


def test_points_that_nobody_saw_stay_unseen():
    grey = np.full((5, 16), 3.0)
    grey[3:] = 0.2
    grey[:, 0] = np.nan
    _, after = settled(grey, 0.2)
    assert not after.seen[0]
    assert after.seen[1:].all()
