"""Where points lie in the frames around, by their velocity."""

from __future__ import annotations

import numpy as np
import pytest

from vfxlib.image.picture import Array
from vfxlib.motion import Join, Motion, Pair
from vfxlib.motion.trajectory import TrackedPoints, fit_trajectory, track_known, velocity_at

HEIGHT, WIDTH = 60, 90
SCALE = (1.0, 1.0)
PAN = np.array([[1, 0, 2.0], [0, 1, 0], [0, 0, 1]])


def pair(residual: float | None = None, error: float = 0.0) -> Pair:
    """The camera pans by 2; on top of that everything moves by the residual."""
    forward, backward = (
        Motion(
            homography,
            None if residual is None else np.full((HEIGHT, WIDTH, 2), (sign * residual, 0), np.float32),
            (WIDTH, HEIGHT),
        )
        for homography, sign in ((PAN, 1), (np.linalg.inv(PAN), -1))
    )
    errors: Array = np.full((HEIGHT, WIDTH), error, np.float32)
    return Pair(forward, backward, errors, errors, Join(PAN, 500, 1.0))


def test_velocity_is_on_top_of_the_homography_and_forwards() -> None:
    at = np.array([[30, 20], [50.5, 40]], np.float32)
    for pairs in ({4: pair(0.5), 3: pair(0.5)}, {4: pair(0.5)}, {3: pair(0.5)}):
        read = velocity_at(4, pairs, at, SCALE)
        assert np.allclose(read.velocity, [[0.5, 0]])
        assert read.trusted.all()


def test_what_is_not_measured_is_not_trusted() -> None:
    read = velocity_at(4, {4: pair(0.5, error=1e4)}, np.array([[30, 20]], np.float32), SCALE)
    assert not read.trusted.any()
    assert not read.velocity.any()


def test_points_are_tracked_until_they_leave_the_picture() -> None:
    pairs = {t: pair() for t in range(9)}
    tracked, arrived = track_known(4, range(10), pairs, (HEIGHT, WIDTH), SCALE)
    for t, steps in ((0, -4), (5, 1), (9, 5)):
        at, good = arrived[t]
        assert np.allclose(at, tracked.points + np.array([2 * steps, 0]), atol=1e-4)
        inside = (at[:, 0] >= 0) & (at[:, 0] <= WIDTH - 1)
        assert np.array_equal(good, inside)
    assert 4 not in arrived


def test_where_nothing_departs_a_position_is_homography_plus_velocity() -> None:
    y, x = np.mgrid[0:HEIGHT:3, 0:WIDTH:3]
    start = np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)
    velocity = np.random.default_rng(1).normal(0, 1, start.shape).astype(np.float32)
    tracked = TrackedPoints(start, velocity, np.ones(len(start), np.bool_))
    arrived = start + [2, 0] + 3 * velocity, np.ones(len(start), np.bool_)
    here = np.array([[40, 30]], np.float32)
    fit = fit_trajectory(tracked, arrived, PAN, 3, here, (HEIGHT, WIDTH))
    assert np.allclose(fit.positions(np.array([0]), np.array([[1.5, -0.5]], np.float32)), [[46.5, 28.5]], atol=1e-3)


def test_a_camera_that_slows_down_is_in_the_fit() -> None:
    y, x = np.mgrid[0:HEIGHT:3, 0:WIDTH:3]
    start = np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)
    near = np.random.default_rng(1).uniform(0.5, 2.0, len(start))
    velocity = np.stack([near, np.zeros_like(near)], axis=-1).astype(np.float32)
    tracked = TrackedPoints(start, velocity, np.ones(len(start), np.bool_))
    # three frames on every point has moved by two velocities only, whatever its depth
    arrived = start + 2 * velocity, np.ones(len(start), np.bool_)
    fit = fit_trajectory(tracked, arrived, np.eye(3), 3, np.array([[40, 30]], np.float32), (HEIGHT, WIDTH))
    for speed in (0.7, 1.2, 1.8):
        at = fit.positions(np.array([0]), np.array([[speed, 0]], np.float32))
        assert at[0] == pytest.approx([40 + 2 * speed, 30], abs=0.05)


def test_too_few_points_that_arrive_mean_a_constant_velocity() -> None:
    start = np.array([[10, 10], [20, 20]], np.float32)
    tracked = TrackedPoints(start, np.ones((2, 2), np.float32), np.ones(2, np.bool_))
    fit = fit_trajectory(tracked, (start + 50, np.ones(2, np.bool_)), np.eye(3), 2, start, (HEIGHT, WIDTH))
    assert np.array_equal(fit.positions(np.arange(2), np.ones((2, 2), np.float32)), start + 2)
