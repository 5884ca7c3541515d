"""The fill of a whole frame."""

from dataclasses import replace

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, WHOLE, MadeShot
from vfxlib.image.box import Box
from vfxlib.layer_names import Provenance
from vfxlib.residual_hires.fill import Settings, fill_frame
from vfxlib.residual_hires.matching import Matching


def filled(made, t=3, settings=None):
    return fill_frame(t, 1001 + t, made.target(t), made.shot(), settings or Settings())


def error(made, fill, t=3):
    return np.abs(fill.colour - made.truth[t][fill.rows, fill.columns]).mean()


def test_the_fill_is_far_nearer_to_the_truth_than_the_enlarged_low_one():
    made = MadeShot(move=(4.0, 4.0))
    fill = filled(made)
    plain = np.abs(SCALES.enlarge(made.low[3], WHOLE) - made.truth[3])[made.hole[3]].mean()
    assert len(fill.rows) == made.hole[3].sum()
    assert error(made, fill) < 0.35 * plain
    assert (fill.method == Provenance.RESIDUAL).mean() > 0.95
    assert fill.confidence[fill.method == Provenance.RESIDUAL].mean() > 0.7


def test_what_no_frame_shows_is_spatial_and_worth_nothing():
    made = MadeShot(move=(0.0, 0.0), still=True)
    fill = filled(made)
    assert (fill.method == Provenance.SPATIAL).all()
    assert not fill.confidence.any()
    assert not fill.offset.any()
    assert np.isfinite(fill.colour).all()


def test_the_same_frame_has_the_same_bits():
    one, other = filled(MadeShot()), filled(MadeShot())
    assert np.array_equal(one.colour, other.colour)
    assert np.array_equal(one.confidence, other.confidence)


def test_a_shot_of_one_frame_is_filled_from_itself():
    made = MadeShot(frames=1)
    fill = filled(made, 0)
    assert (fill.method == Provenance.SPATIAL).all()
    assert np.isfinite(fill.colour).all()


def test_a_frame_without_a_hole_has_no_fill():
    made = MadeShot()
    made.hole[3][:] = False
    assert len(filled(made).rows) == 0


def test_nothing_under_the_matte_gets_into_the_fill():
    made, other = MadeShot(), MadeShot()
    for t in range(made.frames):
        other.plate[t][other.hole[t]] = np.nan
    assert np.array_equal(filled(made).colour, filled(other).colour)


def test_brighter_references_give_detail_in_the_light_of_the_frame():
    made = MadeShot(move=(4.0, 4.0), gain=[2, 2, 2, 1, 2, 2, 2])
    plain = np.abs(SCALES.enlarge(made.low[3], WHOLE) - made.truth[3])[made.hole[3]].mean()
    assert error(made, filled(made)) < 0.35 * plain


def test_references_do_not_cross_a_cut():
    made = MadeShot(move=(4.0, 4.0))
    made.cuts = {3, 4}
    fill = filled(made)
    assert (fill.method == Provenance.SPATIAL).all()


def test_a_plate_beyond_the_picture_is_filled_too():
    made = MadeShot()
    wide = Box(-8, -8, 200, 152)
    plate, hole = np.full((wide.height, wide.width, 3), 0.2, np.float32), np.zeros((wide.height, wide.width), np.bool_)
    plate[8:152, 8:200], hole[8:152, 8:200] = made.plate[3], made.hole[3]
    hole[:5, :7] = True
    target = replace(made.target(3), plate=plate, known=~hole, hole=hole, window=wide)
    fill = fill_frame(3, 1004, target, made.shot(), Settings())
    assert len(fill.rows) == hole.sum()
    assert np.isfinite(fill.colour).all()


def test_without_other_frames_and_detail_the_fill_is_the_low_one_enlarged():
    made = MadeShot()
    fill = filled(made, settings=Settings(Matching(), 0.0, 0, temporal=False, spatial=False))
    assert np.abs(fill.colour - SCALES.enlarge(made.low[3], WHOLE)[made.hole[3]]).mean() < 0.02
