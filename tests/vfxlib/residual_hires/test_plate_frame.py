"""Residuals of one frame."""

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, WHOLE, MadeShot
from vfxlib.image.box import Box
from vfxlib.motion.sampling import sample, sample_cubic
from vfxlib.residual_hires.plate_frame import open_plate_frame


def test_residual_and_enlarged_low_picture_are_the_plate():
    made = MadeShot()
    frame = made.plate_frame(2)
    again = frame.residual + SCALES.enlarge(made.low[2], WHOLE)
    assert np.allclose(again[~made.hole[2]], made.plate[2][~made.hole[2]], atol=5e-4)


def test_a_residual_is_valid_right_up_to_the_matte_and_nothing_under_it_is_used():
    made = MadeShot()
    before = made.plate_frame(2)
    made.plate[2][made.hole[2]] = np.nan
    after = made.plate_frame(2)
    assert np.array_equal(before.residual, after.residual)
    assert np.array_equal(before.grey, after.grey)
    assert np.array_equal(after.known, ~made.hole[2])


def test_a_pixel_that_is_no_light_is_not_known():
    made = MadeShot()
    made.plate[0][5, 7] = np.inf
    frame = made.plate_frame(0)
    assert frame.known[5, 7] == 0
    assert np.isfinite(frame.residual).all()


def test_a_part_has_the_residual_of_the_whole():
    made, box = MadeShot(), Box(20, 30, 90, 100)
    part = box.slices(WHOLE)
    frame = open_plate_frame(made.plate[1][part], ~made.hole[1][part], box, made.low[1], SCALES)
    assert np.array_equal(frame.residual, made.plate_frame(1).residual[part])
    assert frame.nbytes > 0


def test_residuals_of_extreme_light_stay_finite():
    made = MadeShot()
    made.plate[0][5, 7] = 1e9
    assert np.isfinite(made.plate_frame(0).residual).all()


def test_places_are_read_as_they_are_in_the_whole_picture():
    frame = MadeShot().plate_frame(2)
    places = np.array(
        [[-9, 4], [3.25, 0.5], [40.5, 60.75], [WHOLE.width - 1, WHOLE.height - 1.5], [1e9, 5]], np.float32
    )
    known = sample(frame.known.astype(np.float32), places, outside=0.0)
    assert np.array_equal(frame.known_at(places), known)
    some = places[1:4]
    assert np.array_equal(frame.residual_at(some), sample_cubic(frame.residual.astype(np.float32), some))
    for one in some:
        assert np.array_equal(frame.residual_at(one[None]), sample_cubic(frame.residual.astype(np.float32), one[None]))
    assert frame.residual_at(places[:0]).shape == (0, 3)
