"""The hole at both resolutions."""

from dataclasses import replace

import numpy as np

from tests.vfxlib.residual_hires.shots import LOW, SCALES, WHOLE, MadeShot
from vfxlib.image.box import Box
from vfxlib.residual_hires.frames import LowFrame, Target
from vfxlib.residual_hires.hole import open_hole


def test_the_picture_is_plate_outside_and_the_enlarged_low_one_inside():
    made = MadeShot()
    hole = open_hole(made.target(2), made.low_frame(2), SCALES)
    part = hole.box.slices(WHOLE)
    assert np.array_equal(hole.open, made.hole[2][part])
    assert np.array_equal(hole.picture[~hole.open], made.plate[2][part][~hole.open])
    assert np.array_equal(hole.base, SCALES.enlarge(made.low[2], WHOLE)[made.hole[2]])
    assert (hole.followed | ~hole.touched).all()


def test_detail_keeps_what_is_outside_and_the_averages_inside():
    made = MadeShot()
    hole = open_hole(made.target(2), made.low_frame(2), SCALES)
    clean = hole.with_detail(np.full((len(hole.points), 3), 0.1, np.float32), SCALES)
    assert np.array_equal(clean[~hole.open], hole.picture[~hole.open])
    assert np.abs(clean[hole.open] - made.truth[2][hole.box.slices(WHOLE)][hole.open]).mean() < 0.05


def test_another_low_picture_changes_the_ground_but_not_the_plate():
    made = MadeShot()
    hole = open_hole(made.target(2), made.low_frame(2), SCALES)
    low = LowFrame(made.low[2] + 1, hole.low.known, hole.low.confidence)
    other = hole.on(low, np.zeros_like(hole.share), SCALES)
    assert np.array_equal(other.picture[hole.known], hole.picture[hole.known])
    assert np.allclose(other.base, hole.base + 1, atol=1e-5)


def test_a_plate_that_is_smaller_or_larger_than_the_picture_has_its_own_hole():
    made = MadeShot()
    small = Box(30, 40, 120, 110)
    part = small.slices(WHOLE)
    inner = Target(made.plate[2][part], ~made.hole[2][part], made.hole[2][part], small)
    found = open_hole(inner, made.low_frame(2), SCALES)
    assert len(found.points) == made.hole[2][part].sum()
    wide = Box(-20, -20, 220, 170)
    beyond = np.zeros((wide.height, wide.width), np.bool_)
    beyond[:6, :9] = True
    plate = np.full((*beyond.shape, 3), 0.2, np.float32)
    outside = open_hole(Target(plate, ~beyond, beyond, wide), made.low_frame(2), SCALES)
    assert len(outside.points) == 54
    assert outside.points.min() == -20
    assert np.isfinite(outside.picture).all()


def test_light_that_is_none_does_not_get_into_the_picture():
    made = MadeShot()
    made.plate[2][0:4, 0:4] = np.nan
    target = replace(made.target(2), known=np.ones_like(made.hole[2]) & ~made.hole[2])
    assert np.isfinite(open_hole(target, made.low_frame(2), SCALES).picture).all()
    assert made.low_frame(2).colour.shape == (*LOW[::-1], 3)
    assert made.low_frame(2).nbytes > 0
