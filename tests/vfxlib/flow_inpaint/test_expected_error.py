"""How far the truth may lie from a copied pixel."""

import numpy as np

from tests.vfxlib.flow_inpaint.made import candidates
from vfxlib.flow_inpaint.expected_error import expected_error
from vfxlib.flow_inpaint.selection import choose

WALL = np.full((3, 40), 0.2)


def chosen(grey=WALL, **others):
    return choose(candidates(grey, **others), drift=0.1)


def truth(level, count=40):
    return np.full((count, 3), level, np.float32)


def test_errors_are_on_the_scale_that_control_points_set():
    noisy = np.random.default_rng(1).normal(0.2, 0.02, (3, 40))
    choice = chosen(noisy)
    right, wrong = (expected_error(choice, choice, truth(level)) for level in (0.2, 0.5))
    assert (wrong > 2 * right).all()
    assert right.dtype == np.float32


def test_what_disagrees_or_came_a_doubtful_way_is_expected_to_be_wrong():
    plain = expected_error(chosen(), chosen(), truth(0.2)).max()
    wavering = expected_error(chosen(np.array([[0.2] * 40, [0.22] * 40, [0.18] * 40])), chosen(), truth(0.2))
    astray = expected_error(chosen(mismatch=np.full((3, 40), 3, np.float32)), chosen(), truth(0.2))
    alone = expected_error(chosen(WALL[:1]), chosen(), truth(0.2))
    for error in (wavering, astray, alone):
        assert error.min() > plain


def test_too_few_control_points_change_no_scale():
    few = chosen(WALL[:, :10])
    assert np.array_equal(expected_error(chosen(), few, truth(0.2, 10)), expected_error(chosen(), few, truth(5.0, 10)))


def test_no_error_is_larger_than_pictures_differ():
    error = expected_error(chosen(mismatch=np.full((3, 40), 1e6, np.float32)), chosen(), truth(9.0))
    assert error.max() <= 1 / 5
