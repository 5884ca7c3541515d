"""Detail for what no frame shows."""

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, WHOLE, MadeShot
from vfxlib.grain.model import Grain
from vfxlib.image.box import Box
from vfxlib.residual_hires.hole import open_hole
from vfxlib.residual_hires.leftover import from_anchors, from_same_frame, new_grain
from vfxlib.residual_hires.likeness import patch_likeness
from vfxlib.residual_hires.plate_frame import open_plate_frame


def finished(made, t):
    """An anchor whose made-up detail is the truth."""
    return open_plate_frame(made.truth[t], np.ones_like(made.hole[t]), WHOLE, made.low[t], SCALES)


def test_the_nearest_anchor_gives_its_detail():
    made = MadeShot(move=(4.0, 4.0), still=True)
    made.finished = {0: finished(made, 0), 5: finished(made, 5)}
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    left = np.arange(len(hole.points))
    detail, found, offset = from_anchors(3, hole, left, [], made.shot(), 12, patch_likeness)
    truth = made.truth[3][made.hole[3]] - hole.base
    assert (offset[found] == 2).mean() > 0.5
    assert np.abs(detail - truth)[found].mean() < 0.1 * np.abs(truth).mean()


def test_an_anchor_of_another_take_gives_nothing():
    made = MadeShot(still=True)
    made.finished, made.cuts = {5: finished(made, 5)}, {4}
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    _, found, _ = from_anchors(3, hole, np.arange(9), [], made.shot(), 12, patch_likeness)
    assert not found.any()


def test_detail_of_the_same_frame_is_as_strong_as_its_surroundings():
    made = MadeShot()
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    left = np.arange(len(hole.points))
    detail, strength = from_same_frame(hole, left, made.plate_frame(3), SCALES, 0)
    truth = made.truth[3][made.hole[3]] - hole.base
    assert 0.2 < np.std(detail) / np.std(truth) < 1.5
    assert strength.max() <= 1


def test_what_is_made_up_for_a_part_of_a_hole_is_what_is_made_up_for_all_of_it():
    """What no frame shows is more on one frame and less on the next: made-up detail must not change with its rim."""
    made = MadeShot()
    hole, own = open_hole(made.target(3), made.low_frame(3), SCALES), made.plate_frame(3)
    every, middle = np.arange(len(hole.points)), np.median(hole.points[:, 0])
    part = np.flatnonzero(hole.points[:, 0] > middle)
    whole, _ = from_same_frame(hole, every, own, SCALES, 0)
    alone, _ = from_same_frame(hole, part, own, SCALES, 0)
    rim = hole.points[part, 0] < middle + 4
    assert np.abs(whole[part] - alone)[rim].mean() < 0.05 * np.abs(whole).mean()


def test_new_grain_of_a_pixel_does_not_hang_on_the_others():
    grain = Grain(np.full((1, 3), 0.1), np.full((1, 3), 0.01))
    points = np.array([[30.0, 40], [31, 40], [60, 55]])
    window = Box(20, 30, 80, 70)
    whole = new_grain(points, np.full((3, 3), 0.2, np.float32), grain, np.ones(3, np.float32), window, 1, 1001)
    alone = new_grain(points[2:], np.full((1, 3), 0.2, np.float32), grain, np.ones(1, np.float32), window, 1, 1001)
    assert np.array_equal(whole[2:], alone)
    assert whole.std() > 0.002
