"""Registration refined at full resolution."""

import numpy as np

from tests.vfxlib.residual_hires.shots import MadeShot, shift
from vfxlib.residual_hires.landmarks import find_landmarks, refine_registration


def refined(made, wrong, reach=3.0):
    marks = find_landmarks(made.plate_frame(1), made.hole[1])
    right = made.between(1, 4)
    return refine_registration(marks, made.plate_frame(4), shift(*wrong) @ right, reach), right


def test_a_registration_measured_coarsely_becomes_exact():
    found, right = refined(MadeShot(move=(3.3, 0.8)), (0.6, -0.4))
    assert np.abs(found - right)[:2, 2].max() < 0.03


def test_a_registration_that_would_leave_its_reach_stays_as_it_was():
    made = MadeShot(move=(3.3, 0.8))
    found, right = refined(made, (0.6, -0.4), reach=0.1)
    assert np.array_equal(found, shift(0.6, -0.4) @ right)


def test_without_texture_a_registration_stays_as_it_was():
    made = MadeShot()
    made.plate = [np.full_like(plate, 0.2) for plate in made.plate]
    found, right = refined(made, (0.5, 0))
    assert np.array_equal(found, shift(0.5, 0) @ right)
