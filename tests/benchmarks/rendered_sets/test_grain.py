"""Grain of the rendered sets: other on each frame, the same on plate and truth, more of it in more light."""

import numpy as np
import pytest

from benchmarks.rendered_sets.grain import add_grain, grain_field

SHAPE = (90, 160, 3)


def test_a_field_has_mean_0_and_variance_1_and_is_the_same_again():
    field = grain_field(SHAPE, 7, 1001)
    assert field.dtype == np.float32
    assert field.mean() == pytest.approx(0, abs=1e-5)
    assert field.std() == pytest.approx(1, abs=1e-4)
    assert np.array_equal(field, grain_field(SHAPE, 7, 1001))


@pytest.mark.parametrize("other", [(7, 1002), (8, 1001)])
def test_another_frame_and_another_shot_have_grain_that_has_nothing_to_do_with_it(other):
    both = np.stack([grain_field(SHAPE, 7, 1001).ravel(), grain_field(SHAPE, *other).ravel()])
    assert abs(np.corrcoef(both)[0, 1]) < 0.02


def test_channels_have_each_their_own_grain():
    field = grain_field(SHAPE, 7, 1001)
    assert np.abs(np.corrcoef(field.reshape(-1, 3).T)[np.triu_indices(3, 1)]).max() < 0.03


def test_strength_is_the_deviation_at_middle_grey_and_grows_with_light():
    field = grain_field(SHAPE, 3, 1001)
    deviations = [
        float((add_grain(np.full(SHAPE, light, np.float32), field, 0.006) - light).std()) for light in (0.0, 0.18, 2.0)
    ]
    assert deviations[1] == pytest.approx(0.006, rel=1e-3)
    assert 0 < deviations[0] < deviations[1] < deviations[2]


def test_where_light_is_the_same_plate_and_truth_have_the_same_bits():
    rng = np.random.default_rng(0)
    truth, field = rng.random(SHAPE, np.float32), grain_field(SHAPE, 3, 1001)
    plate = truth.copy()
    plate[20:40, 30:60] = 0.02
    same = (plate == truth).all(axis=2)
    assert np.array_equal(add_grain(plate, field, 0.01)[same], add_grain(truth, field, 0.01)[same])
