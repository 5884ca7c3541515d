"""Where many points lie in the frames around theirs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vfxlib.motion.courses import Courses
from vfxlib.motion.field import project
from vfxlib.motion.trajectory import Trajectory

SHAPE = (60, 90)
TURN = np.array([[1.02, -0.03, 4.0], [0.02, 0.99, -2.0], [1e-4, -5e-5, 1]])
X, Y = torch.tensor([3.0, 40.0, 88.0]), torch.tensor([50.0, 20.0, 7.0])


def bending() -> Trajectory:
    generator = np.random.default_rng(4)
    departure, gain = generator.normal(0, 1, (6, 2)), generator.normal(0, 0.2, (2, 3, 2))
    limits = np.array([-1, -0.5], np.float32), np.array([1.5, 1], np.float32)
    return Trajectory(TURN, departure, gain, 2, *limits, SHAPE)


def courses() -> Courses:
    return Courses({3: Trajectory.by_camera(np.eye(3), 0, SHAPE), 5: bending()}, X, Y)


def expected(velocity: np.ndarray) -> np.ndarray:
    """The formula in double precision."""
    fit, points = bending(), np.stack([X.numpy(), Y.numpy()], axis=-1).astype(np.float64)
    x, y = 2 * points[:, 0] / SHAPE[1] - 1, 2 * points[:, 1] / SHAPE[0] - 1
    terms = np.stack([np.ones(3), x, y, x * x, x * y, y * y], axis=-1)
    held = np.clip(velocity, fit.low, fit.high)
    gained = sum(held[:, i : i + 1] * (terms[:, :3] @ fit.gain[i]) for i in (0, 1))
    return project(TURN, points) + terms @ fit.departure + 2 * velocity + gained


@pytest.mark.parametrize("velocity", [(0.0, 0.0), (0.7, -0.3), (4.0, -3.0)])
def test_a_position_is_homography_and_departure_and_velocity_with_its_gain(velocity) -> None:
    each = np.tile(np.array(velocity), (3, 1))
    vx, vy = torch.tensor(each.T, dtype=torch.float32)
    at = torch.stack(courses().positions(1, slice(0, 3), vx, vy), -1)
    assert np.allclose(at.numpy(), expected(each), atol=1e-3)


def test_some_of_the_points_lie_where_they_lie_among_all() -> None:
    vx, vy = torch.tensor([0.5, -2.0, 1.0]), torch.tensor([0.1, 0.2, 3.0])
    whole = torch.stack(courses().positions(1, slice(0, 3), vx, vy))
    some = torch.tensor([2, 0])
    assert torch.equal(torch.stack(courses().positions(1, some, vx[some], vy[some])), whole[:, some])
    assert torch.equal(torch.stack(courses().positions(1, slice(1, 2), vx[1:2], vy[1:2])), whole[:, 1:2])


def test_slopes_tell_what_a_little_more_velocity_does() -> None:
    vx, vy, every = torch.tensor([0.5, 0.1, 1.2]), torch.tensor([0.1, 0.2, 0.3]), torch.arange(3)
    xx, yx, xy, yy = courses().slopes(torch.ones(3, dtype=torch.int64), every, vx, vy)
    start = torch.stack(courses().positions(1, every, vx, vy))
    moved = torch.stack(courses().positions(1, every, vx + 0.1, vy - 0.2))
    told = torch.stack([xx * 0.1 - xy * 0.2, yx * 0.1 - yy * 0.2])
    assert torch.allclose(moved - start, told, atol=1e-4)


def test_beyond_the_known_velocities_only_the_velocity_itself_moves_a_point() -> None:
    far = torch.full((3,), 9.0)
    xx, yx, xy, yy = courses().slopes(torch.ones(3, dtype=torch.int64), torch.arange(3), far, far)
    assert (xx == 2).all()
    assert (yy == 2).all()
    assert not yx.any()
    assert not xy.any()


def test_no_velocity_between_the_bounds_leads_beyond_them() -> None:
    low, high = (-2.0, -1.0), (3.0, 0.5)
    least_x, least_y, most_x, most_y = courses().bounds(1, low, high).tolist()
    generator = torch.Generator().manual_seed(0)
    for _ in range(50):
        share = torch.rand((2, 3), generator=generator)
        vx, vy = (low[i] + share[i] * (high[i] - low[i]) for i in (0, 1))
        x, y = courses().positions(1, slice(0, 3), vx, vy)
        assert least_x - 1e-3 <= x.min()
        assert x.max() <= most_x + 1e-3
        assert least_y - 1e-3 <= y.min()
        assert y.max() <= most_y + 1e-3


def test_without_departures_nothing_is_kept_for_them() -> None:
    plain = Courses({0: Trajectory.by_camera(TURN, 3, SHAPE)}, X, Y)
    xx, yx, _, yy = plain.slopes(torch.zeros(3, dtype=torch.int64), torch.arange(3), X, Y)
    assert (xx == 3).all()
    assert (yy == 3).all()
    assert not yx.any()
    assert len(plain) == 3
