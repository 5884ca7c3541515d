"""Grain that resampling took is given back, and texture that it moved is not."""

import numpy as np
import pytest
from scipy import ndimage

from tests.vfxlib.flow_inpaint.shots import Shot, scene
from vfxlib.flow_inpaint.candidates import gather_candidates
from vfxlib.flow_inpaint.resample import sample
from vfxlib.flow_inpaint.returned_grain import returned_share
from vfxlib.flow_inpaint.selection import choose
from vfxlib.grain.model import grain_between, measure_grain
from vfxlib.motion.tracking import points_at


def textured(blur):
    """A world of fine texture everywhere [h w 3], without grain."""
    rough = ndimage.gaussian_filter(np.random.default_rng(3).standard_normal((300, 400, 1)), (blur, blur, 0))
    return (0.3 * np.exp(0.3 * rough / rough.std())).repeat(3, axis=2).astype(np.float32)


def copied(shot, count=None):
    """The share for points all around a hole, and the mean errors of copies with it and with all of the grain."""
    away = np.hypot(np.arange(120)[None] - 56, np.arange(90)[:, None] - 45)
    rows, columns = (each[:count] for each in np.nonzero((away > 14) & (away < 28)))
    hole, points = points_at(*np.nonzero(shot.holes[4])[::-1]), points_at(columns, rows)
    own = shot.source(4)
    _, found = gather_candidates(4, hole, points, source=shot.source, motion=shot.motion, reach=4, most=8)
    control, real = choose(found, 0.1), sample(points, own)
    grain = measure_grain(shot.plates[4], ~shot.holes[4], rows, columns)
    lost = grain_between(grain, control.sharp, control.nearest, control.phase)
    share = returned_share(control, real, grain, lost)
    errors = [np.abs(control.sharp + s * lost - real.sharp)[control.seen].mean() for s in (share, 1)]
    return share, *errors


@pytest.mark.parametrize("blur", [0.7, 1.0])
def test_texture_that_lies_between_pixels_is_not_given_back_as_grain(blur):
    share, error, error_of_all = copied(Shot(textured(blur), move=(2.3, 0.4)))
    assert share < 0.8
    assert error < 0.85 * error_of_all


@pytest.mark.parametrize("move", [(2.3, 0.4), (2.27, 0.61), (2.5, 0.5)])
def test_grain_is_given_back_whole(move):
    shot = Shot(np.full((300, 400, 3), 0.2, np.float32), move=move)
    rng = np.random.default_rng(11)
    shot.plates = [p + 0.01 * rng.standard_normal(p.shape, np.float32) for p in shot.plates]
    assert copied(shot)[0] > 0.85


def test_too_few_control_points_tell_nothing():
    assert copied(Shot(textured(0.7), move=(2.3, 0.4)), count=20)[0] == 1.0


def test_a_plate_without_grain_or_texture_is_no_trouble():
    assert 0 <= copied(Shot(np.full((300, 400, 3), 0.2, np.float32), move=(2.3, 0.4)))[0] <= 1
    assert copied(Shot(scene(), move=(3, 1)))[0] <= 1
