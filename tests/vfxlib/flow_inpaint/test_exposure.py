"""Light that drifts between frames."""

from copy import deepcopy

import numpy as np

from tests.vfxlib.flow_inpaint.shots import SIZE, Shot, scene
from vfxlib.flow_inpaint.candidates import gather_candidates
from vfxlib.flow_inpaint.exposure import _medians, exposure_fields, log_ratio, match_exposure
from vfxlib.flow_inpaint.resample import sample
from vfxlib.motion.tracking import points_at

CELL = 16.0


def matched(candidates, control, found):
    """The candidates in this frame's light, apart from those that were given."""
    lit = deepcopy(candidates)
    match_exposure(lit, control, found, 1.0)
    return lit


def fields(change):
    """Light fields of a locked shot whose frame 5 is changed, seen from frame 4; and what they are measured on."""
    shot = Shot(scene(), move=(0, 0))
    rng = np.random.default_rng(1)
    shot.plates = [p + 0.002 * rng.standard_normal(p.shape, np.float32) for p in shot.plates]
    shot.plates[5] = change(shot.plates[5])
    y, x = np.mgrid[2 : SIZE[1] - 2, 2 : SIZE[0] - 2]
    y, x = y.ravel(), x.ravel()
    fine = shot.source(4).footprint[y, x]
    control = points_at(x[fine], y[fine])
    _, candidates = gather_candidates(
        4, points_at(x[~fine], y[~fine]), control, source=shot.source, motion=shot.motion, reach=2, most=4
    )
    return exposure_fields(sample(control, shot.source(4)).soft, control, candidates, CELL), candidates, control


def test_steady_light_has_no_field_and_leaves_candidates_alone():
    found, candidates, control = fields(lambda p: p)
    assert found == {}
    assert np.array_equal(matched(candidates, control, found).sharp, candidates.sharp)


def test_an_exposure_step_is_found_on_its_frame_only():
    found, candidates, control = fields(lambda p: p * np.float32(1.2))
    assert set(found) == {1}
    assert np.abs(found[1].at(control.x, control.y) + np.log(1.2)).max() < 0.01
    lit = matched(candidates, control, found)
    here = candidates.offset == 1
    assert np.allclose(lit.sharp[here], candidates.sharp[here] / 1.2, rtol=0.01)
    assert np.array_equal(lit.sharp[~here], candidates.sharp[~here])


def test_colour_is_not_touched():
    found, candidates, control = fields(lambda p: p * np.array([1.3, 1.1, 1.2], np.float32))
    lit = matched(candidates, control, found)
    ratio = lit.sharp[candidates.present] / candidates.sharp[candidates.present]
    assert np.abs(ratio - ratio[:, :1]).max() < 1e-5


def test_a_thing_that_goes_by_is_not_taken_for_light():
    def passing(plate):
        plate = plate.copy()
        plate[40:64, 90:112] = 4.0
        return plate

    found, _, control = fields(passing)
    assert all(np.abs(field.at(control.x, control.y)).max() < 0.05 for field in found.values())


def test_dark_and_broken_pixels_say_nothing_of_light():
    here = np.array([[0.2] * 3, [0.0] * 3, [np.nan] * 3, [-1.0] * 3], np.float32)
    ratio = log_ratio(here, np.full((4, 3), 0.1, np.float32))
    assert np.isclose(ratio[0], np.log(2))
    assert np.isnan(ratio[1:]).all()


def test_the_medians_of_all_squares_are_those_of_each_by_itself():
    rng = np.random.default_rng(0)
    values, square = rng.standard_normal(500).astype(np.float32), rng.integers(0, 9, 500)
    square[square == 4] = 5  # one of them is empty
    found = _medians(values, square, np.bincount(square, minlength=9))
    for each in set(square):
        assert found[each] == np.median(values[square == each])
