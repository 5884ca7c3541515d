"""Flow refined at full resolution."""

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, WHOLE, WHOLE_LOW, MadeShot
from vfxlib.residual_hires.alignment import Alignment
from vfxlib.residual_hires.flow_refinement import refine_flow


def test_a_flow_that_is_half_a_pixel_off_comes_right():
    made = MadeShot(move=(3.5, 1.0))
    wrong = np.full((*SCALES.low[::-1], 2), (0.6, -0.4), np.float32)
    way = Alignment(2, made.between(2, 4), wrong, WHOLE_LOW, SCALES)
    every = np.ones(WHOLE.size[::-1], np.bool_)
    (found,) = refine_flow([way], {2: made.plate_frame(4)}, made.truth[2], every)
    assert found.departure is not None
    assert np.abs(found.departure[6:-6, 6:-6]).mean() < 0.08


def test_what_is_not_trusted_moves_nothing():
    made = MadeShot()
    way = Alignment(2, made.between(2, 4), np.full((*SCALES.low[::-1], 2), 0.6, np.float32), WHOLE_LOW, SCALES)
    nowhere = np.zeros(WHOLE.size[::-1], np.bool_)
    (found,) = refine_flow([way], {2: made.plate_frame(4)}, made.truth[2], nowhere)
    assert np.array_equal(found.departure, way.departure)


def test_without_alignments_there_is_nothing_to_refine():
    assert refine_flow([], {}, MadeShot().truth[0], np.ones(WHOLE.size[::-1], np.bool_)) == []
