"""The outcome's area averages."""

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, WHOLE, WHOLE_LOW, MadeShot
from vfxlib.residual_hires.back_projection import back_project


def projected(share):
    made = MadeShot()
    picture = SCALES.enlarge(made.low[2], WHOLE) + 0.05
    every = np.ones(picture.shape[:2], np.bool_)
    hole = every if share is not None else made.hole[2]
    weight = np.full(SCALES.low[::-1], 1.0 if share is None else share, np.float32)
    return made, picture, back_project(picture, hole, WHOLE, made.low[2], weight, WHOLE_LOW, SCALES), hole


def test_averages_become_those_of_the_low_picture():
    made, before, after, _ = projected(1.0)
    gap = np.abs(SCALES.reduce(after, WHOLE, WHOLE_LOW) - made.low[2]).mean()
    assert gap < 0.1 * np.abs(SCALES.reduce(before, WHOLE, WHOLE_LOW) - made.low[2]).mean()


def test_outside_the_hole_nothing_changes():
    _, before, after, hole = projected(None)
    assert np.array_equal(before[~hole], after[~hole])
    assert not np.array_equal(before[hole], after[hole])


def test_where_the_low_picture_does_not_count_nothing_changes():
    _, before, after, _ = projected(0.0)
    assert np.array_equal(before, after)
