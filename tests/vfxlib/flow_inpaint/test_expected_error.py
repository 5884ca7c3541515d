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


def expected(choice, control=None, *, level=0.2, beside=0.0):
    control = choice if control is None else control
    around = np.full(choice.seen.size, beside, np.float32)
    return expected_error(choice, control, truth(level, control.seen.size), around)


def test_errors_are_on_the_scale_that_control_points_set():
    noisy = np.random.default_rng(1).normal(0.2, 0.02, (3, 40))
    choice = chosen(noisy)
    right, wrong = (expected(choice, level=level) for level in (0.2, 0.5))
    assert (wrong > 2 * right).all()
    assert right.dtype == np.float32


def test_what_disagrees_or_came_a_doubtful_way_is_expected_to_be_wrong():
    plain = expected(chosen(), chosen()).max()
    wavering = expected(chosen(np.array([[0.2] * 40, [0.22] * 40, [0.18] * 40])), chosen())
    astray = expected(chosen(mismatch=np.full((3, 40), 3, np.float32)), chosen())
    alone = expected(chosen(WALL[:1]), chosen())
    for error in (wavering, astray, alone):
        assert error.min() > plain


def test_what_copying_gets_wrong_beside_a_pixel_counts_whatever_its_sources_say():
    assert (expected(chosen(), beside=0.05) - expected(chosen()) > 0.02).all()


def test_too_few_control_points_change_no_scale():
    few = chosen(WALL[:, :10])
    assert np.array_equal(expected(chosen(), few), expected(chosen(), few, level=5.0))


def test_a_way_back_that_ends_far_beside_is_as_doubtful_as_one_that_ends_a_pixel_beside():
    near, far = (expected(chosen(mismatch=np.full((3, 40), by, np.float32)), chosen()) for by in (1, 1e6))
    assert np.array_equal(near, far)


def test_no_error_is_larger_than_pictures_differ():
    wild = np.random.default_rng(2).uniform(0, 100, (3, 40))
    assert expected(chosen(wild), level=9.0, beside=0.2).max() <= 1 / 5
