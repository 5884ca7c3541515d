"""Where points lie in the frames around, by their velocity."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.vfxlib.motion.scenes import window_frames
from vfxlib.image.picture import Array
from vfxlib.motion import Join, Motion, Pair, make_view
from vfxlib.motion.courses import Courses
from vfxlib.motion.trajectory import TrackedPoints, Trajectory, fit_trajectory, track_known
from vfxlib.motion.window_frame import WindowFrame

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


def frames(pairs: dict[int, Pair]) -> dict[int, WindowFrame]:
    view = make_view(np.zeros((HEIGHT, WIDTH, 1), np.float32), np.ones((HEIGHT, WIDTH), np.bool_))
    return window_frames({t: view for p in pairs for t in (p, p + 1)}, pairs)


def place(fit: Trajectory, x: float, y: float, velocity: tuple[float, float]) -> np.ndarray:
    courses = Courses({4: fit}, torch.tensor([float(x)]), torch.tensor([float(y)]))
    px, py = courses.positions(0, slice(0, 1), torch.tensor([float(velocity[0])]), torch.tensor([float(velocity[1])]))
    return np.array([float(px), float(py)])


def test_velocity_is_on_top_of_the_homography_and_forwards() -> None:
    for pairs in ({4: pair(0.5), 3: pair(0.5)}, {4: pair(0.5)}, {3: pair(0.5)}):
        tracked, _ = track_known(4, sorted(frames(pairs)), frames(pairs))
        assert np.allclose(tracked.velocity, [[0.5, 0]])
        assert tracked.trusted.all()


def test_what_is_not_measured_is_not_trusted() -> None:
    tracked, _ = track_known(4, [4, 5], frames({4: pair(0.5, error=1e4)}))
    assert not tracked.trusted.any()
    assert not tracked.velocity.any()


def test_points_are_tracked_until_they_leave_the_picture() -> None:
    tracked, arrived = track_known(4, range(10), frames({t: pair() for t in range(9)}))
    for t, steps in ((0, -4), (5, 1), (9, 5)):
        at, good = arrived[t]
        there = tracked.points[:, 0] + 2 * steps
        assert np.array_equal(good, (there >= 0) & (there <= WIDTH - 1))
        assert np.allclose(at[good], (tracked.points + np.array([2 * steps, 0]))[good], atol=1e-4)
    assert 4 not in arrived


def test_where_nothing_departs_a_position_is_homography_plus_velocity() -> None:
    y, x = np.mgrid[0:HEIGHT:3, 0:WIDTH:3]
    start = np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)
    velocity = np.random.default_rng(1).normal(0, 1, start.shape).astype(np.float32)
    tracked = TrackedPoints(start, velocity, np.ones(len(start), np.bool_))
    arrived = start + [2, 0] + 3 * velocity, np.ones(len(start), np.bool_)
    fit = fit_trajectory(tracked, arrived, PAN, 3, (HEIGHT, WIDTH))
    assert place(fit, 40, 30, (1.5, -0.5)) == pytest.approx([46.5, 28.5], abs=1e-3)


def test_a_camera_that_slows_down_is_in_the_fit() -> None:
    y, x = np.mgrid[0:HEIGHT:3, 0:WIDTH:3]
    start = np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)
    near = np.random.default_rng(1).uniform(0.5, 2.0, len(start))
    velocity = np.stack([near, np.zeros_like(near)], axis=-1).astype(np.float32)
    tracked = TrackedPoints(start, velocity, np.ones(len(start), np.bool_))
    # three frames on every point has moved by two velocities only, whatever its depth
    arrived = start + 2 * velocity, np.ones(len(start), np.bool_)
    fit = fit_trajectory(tracked, arrived, np.eye(3), 3, (HEIGHT, WIDTH))
    for speed in (0.7, 1.2, 1.8):
        assert place(fit, 40, 30, (speed, 0)) == pytest.approx([40 + 2 * speed, 30], abs=0.05)


def test_a_thing_that_goes_its_own_way_does_not_bend_the_fit() -> None:
    y, x = np.mgrid[0:HEIGHT:3, 0:WIDTH:3]
    start = np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32)
    near = np.random.default_rng(1).uniform(0.5, 2.0, len(start))
    velocity = np.stack([near, np.zeros_like(near)], axis=-1).astype(np.float32)
    at = start + 2 * velocity
    at[(start[:, 0] > 0.8 * WIDTH) & (start[:, 1] > 0.6 * HEIGHT)] += (6, -4)
    arrived = at.astype(np.float32), np.ones(len(start), np.bool_)
    fit = fit_trajectory(TrackedPoints(start, velocity, arrived[1]), arrived, np.eye(3), 3, (HEIGHT, WIDTH))
    for column, row in ((40, 30), (60, 20), (20, 50)):
        assert place(fit, column, row, (1.2, 0)) == pytest.approx([column + 2.4, row], abs=0.05)


def test_too_few_points_that_arrive_mean_a_constant_velocity() -> None:
    start = np.array([[10, 10], [20, 20]], np.float32)
    tracked = TrackedPoints(start, np.ones((2, 2), np.float32), np.ones(2, np.bool_))
    fit = fit_trajectory(tracked, (start + 50, np.ones(2, np.bool_)), np.eye(3), 2, (HEIGHT, WIDTH))
    assert np.array_equal(place(fit, 10, 10, (1, 1)), [12, 12])
