"""How far the truth may lie from a filled pixel."""

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, WHOLE, MadeShot
from tests.vfxlib.residual_hires.test_temporal import references
from vfxlib.image.box import Box
from vfxlib.residual_hires.expected_error import Beside, beside_hole, detail_error, detail_left, low_error
from vfxlib.residual_hires.hole import open_hole
from vfxlib.residual_hires.plate_frame import open_plate_frame
from vfxlib.residual_hires.temporal import aggregate


def test_references_that_disagree_are_expected_to_be_wrong():
    made = MadeShot(move=(4.0, 4.0))
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    right = aggregate(hole.points, hole.base, references(made, 3, (-3, -2, 2, 3)))
    made.plate[5] = made.plate[5][::-1].copy()
    made.plate[1] = made.plate[1][:, ::-1].copy()
    wrong = aggregate(hole.points, hole.base, references(made, 3, (-3, -2, 2, 3)))
    assert detail_error(wrong)[wrong.seen].mean() > 1.5 * detail_error(right)[right.seen].mean()


def test_known_pixels_that_come_out_worse_raise_the_error():
    made = MadeShot(move=(4.0, 4.0))
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    good = beside_hole(hole, made.plate_frame(3), references(made, 3, (-3, -2, 2, 3)), SCALES).scale
    slipped = references(made, 3, (-3,))
    slipped[0].alignment.homography[0, 2] += 3
    assert beside_hole(hole, made.plate_frame(3), slipped, SCALES).scale > 1.5 * good
    assert beside_hole(hole, made.plate_frame(3), [], SCALES) == Beside()


def test_detail_on_a_certain_fill_is_expected_to_be_better():
    made = MadeShot()
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    assert (detail_left(hole, SCALES) < 1).all()
    doubtful = hole.on(hole.low, np.ones_like(hole.share), SCALES)
    assert (detail_left(doubtful, SCALES) == 1).all()


def test_a_fill_in_doubt_has_its_own_error():
    made = MadeShot()
    made.trust[2][:] = 0.25
    assert np.allclose(low_error(np.array([[50.0, 60.0]]), made.low_frame(2), SCALES), 0.075)


def test_a_frame_of_which_only_a_part_is_open_is_set_against_that_part():
    made, box = MadeShot(move=(4.0, 4.0)), Box(75, 50, 110, 90)
    part = box.slices(WHOLE)
    own = open_plate_frame(made.plate[3][part], ~made.hole[3][part], box, made.low[3], SCALES)
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    assert 0.5 < beside_hole(hole, own, references(made, 3, (-3, -2, 2, 3)), SCALES).scale < 3


def test_detail_cannot_be_wrong_by_more_than_it_is_strong():
    made = MadeShot(move=(4.0, 4.0))
    hole = open_hole(made.target(3), made.low_frame(3), SCALES)
    sharp = beside_hole(hole, made.plate_frame(3), references(made, 3, (-3, -2, 2, 3)), SCALES)
    faint = Beside(sharp.scale, sharp.most / 10)
    error = np.array([0.0, sharp.most, 1.0], np.float32)
    assert (faint.corrected(error) <= np.float32(faint.most)).all()
    assert sharp.corrected(error)[0] == 0
    assert sharp.most < 1
