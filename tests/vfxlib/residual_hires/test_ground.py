"""A fill in doubt."""

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, WHOLE, WHOLE_LOW, MadeShot
from tests.vfxlib.residual_hires.test_temporal import references
from vfxlib.residual_hires.ground import low_share, on_better_ground
from vfxlib.residual_hires.hole import open_hole


def spoilt(confidence):
    """A shot whose fill is wrong in frame 3, and says so."""
    made = MadeShot(move=(4.0, 4.0))
    right, touched = made.low[3].copy(), SCALES.touched(made.hole[3], WHOLE)
    made.low[3] = np.where(touched[..., None], made.low[3] * 1.5, made.low[3])
    made.trust[3] = np.where(touched, np.float32(confidence), made.trust[3])
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    better = on_better_ground(3, hole, references(made, 3, (-3, -2, 2, 3), box=hole.low_box), made.shot())
    return right, touched, hole, better


def test_a_certain_fill_stays_as_it_is():
    _, _, hole, better = spoilt(1.0)
    assert better is hole


def test_a_fill_in_doubt_becomes_what_the_references_show():
    right, touched, hole, better = spoilt(0.5)
    wrong = np.abs(hole.low.colour - right)[touched].mean()
    assert np.abs(better.low.colour - right)[touched].mean() < 0.2 * wrong
    assert np.array_equal(better.low.colour[~touched], hole.low.colour[~touched])
    inside = touched[hole.low_box.slices(WHOLE_LOW)]
    assert better.share[inside].mean() < 0.1
    assert (better.share[~inside] == 1).all()
    assert better.low.confidence[touched].mean() > 0.8


def test_one_reference_that_shows_another_thing_hardly_changes_a_better_fill():
    made = MadeShot(move=(4.0, 4.0))
    right, touched = made.low[3].copy(), SCALES.touched(made.hole[3], WHOLE)
    made.trust[3] = np.where(touched, np.float32(0.0), made.trust[3])
    made.low[5] = made.low[5] * np.float32(8)
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    better = on_better_ground(3, hole, references(made, 3, (-3, -2, 2, 3), box=hole.low_box), made.shot())
    off = np.abs(np.log2(better.low.colour / right))[touched].mean()
    assert off < 0.3


def test_what_no_reference_shows_keeps_its_fill():
    assert low_share(np.float32([0.05]), np.float32([np.inf])) == 0
    assert low_share(np.float32([0.0]), np.float32([0.01])) == 0
    assert low_share(np.float32([0.05]), np.float32([0.001])) > 0.99
