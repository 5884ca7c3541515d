"""Warping error: along the truth's motion, in the hole, against the truth's own."""

import numpy as np
import pytest
from scipy import ndimage

from vfxlib.image.picture import Array
from vfxlib.metrics.warping import WarpingError, motion_between

SHIFT = (3, -2)  # pixels right, down, from one frame to the next


def frames(seed: int = 1) -> tuple[Array, Array]:
    wide = ndimage.gaussian_filter(np.random.default_rng(seed).uniform(0, 1, (80, 90, 3)), (2, 2, 0)).astype(np.float32)
    dx, dy = SHIFT
    return wide[10:70, 10:80], wide[10 - dy : 70 - dy, 10 - dx : 80 - dx]


def panning(first: Array, second: Array) -> Array:
    """The true motion of these frames, whichever comes first."""
    earlier = np.abs(first - frames()[0]).mean() < np.abs(first - frames()[1]).mean()
    return np.broadcast_to(np.float32(SHIFT) * (1 if earlier else -1), (*first.shape[:2], 2)).copy()


def test_motion_is_valid_where_it_stays_in_the_frame_and_comes_back() -> None:
    _, valid = motion_between(*frames(), panning)
    expected = np.zeros((60, 70), bool)
    expected[2:, :67] = True
    assert np.array_equal(valid, expected)
    torn, _ = frames()
    _, valid = motion_between(torn, frames()[1], lambda a, _: np.full((*a.shape[:2], 2), 3.0, np.float32))
    assert not valid.any()


def test_a_result_that_moves_with_the_truth_has_no_error_and_a_still_one_has() -> None:
    first, _ = frames()
    hole = np.zeros(first.shape[:2], bool)
    hole[20:40, 20:50] = True
    noisy = [f + np.random.default_rng(i).normal(0, 0.01, f.shape).astype(np.float32) for i, f in enumerate(frames())]
    moving, still = WarpingError(), WarpingError()
    truth = (noisy[0], noisy[1])
    moving.add(truth, truth, hole, panning)
    assert moving.ratio == pytest.approx(1)
    assert moving.count == 3 * 20 * 30
    still.add((first, first), truth, hole, panning)
    assert still.ratio > 5


def test_what_is_not_finite_does_not_count() -> None:
    first, second = frames()
    hole = np.ones(first.shape[:2], bool)
    holed = first.copy()
    holed[30, 30] = np.nan
    error = WarpingError()
    error.add((holed, second), (first, second), hole, panning)
    assert error.count == 3 * (58 * 67 - 1)
    assert np.isnan(error.ratio)  # the truth moves without any error


def refuses(first: Array, second: Array) -> Array:
    raise AssertionError("asked for the motion of a picture that is too small")


@pytest.mark.parametrize("shape", [(1, 1), (12, 64), (64, 12), (23, 400)])
def test_pictures_that_are_too_small_are_not_asked_for_their_motion(shape: tuple[int, int]) -> None:
    small = np.zeros((*shape, 3), np.float32)
    error = WarpingError()
    error.add((small, small), (small, small), np.ones(shape, bool), refuses)
    assert np.isnan(error.ratio)
    assert "under 24 pixels" in error.obstacle


def test_what_is_infinite_in_both_frames_does_not_count_and_warns_nobody() -> None:
    first, second = (frame.copy() for frame in frames())
    for frame in (first, second):
        frame[20:40, 20:40] = np.inf
    error = WarpingError()
    error.add((first, second), (first, second), np.ones(first.shape[:2], bool), panning)
    assert 0 < error.count < 3 * 58 * 67
    assert np.isfinite(error.truth)


def test_why_there_is_no_warping_error_is_said() -> None:
    first, second = frames()
    none, hole = WarpingError(), np.ones(first.shape[:2], bool)
    assert none.obstacle == "no two frames follow each other"
    still, torn = WarpingError(), WarpingError()
    still.add((first, second), (first, second), hole, panning)
    assert still.obstacle == "the truth does not change along its motion"
    torn.add((first, second), (first, second), hole & False, panning)
    assert torn.obstacle == "no motion in the hole can be trusted"
