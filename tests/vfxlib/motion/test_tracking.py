"""Points carried along the motion of the background."""

import numpy as np

from vfxlib.motion import Motion
from vfxlib.motion.tracking import CHUNK, advance, points_at, residual_at

SIZE = (80, 60)
TURN = np.array([[1.01, -0.02, 3.0], [0.02, 0.99, -1.5], [1e-5, -2e-5, 1.0]])


def test_there_and_back_is_where_it_was():
    points = points_at(np.arange(50.0), np.arange(50.0) * 0.7)
    there = advance(points, Motion(TURN, None, SIZE))
    again = advance(there, Motion(np.linalg.inv(TURN), None, SIZE))
    assert np.abs(again.x - points.x).max() < 1e-9
    assert np.abs(again.y - points.y).max() < 1e-9
    assert not again.flowing.any()


def test_how_many_points_go_together_does_not_change_a_bit():
    rng = np.random.default_rng(1)
    x, y = rng.random(CHUNK + 77) * 80, rng.random(CHUNK + 77) * 60
    step = Motion(TURN, rng.standard_normal((15, 20, 2)).astype(np.float32), SIZE)
    whole = advance(points_at(x, y), step)
    for part in (slice(0, 1), slice(5, 1234), slice(CHUNK - 3, CHUNK + 77)):
        some = advance(points_at(x[part], y[part]), step)
        assert np.array_equal(some.x, whole.x[part])
        assert np.array_equal(some.y, whole.y[part])


def test_a_residual_covers_the_plate_whatever_its_size():
    y, x = np.mgrid[:15, :20].astype(np.float32)
    ramp = np.stack([4 * x + 1.5, 4 * y + 1.5], axis=2)  # a residual pixel's centre in plate pixels
    u, v = residual_at(points_at(np.array([10.0, 33.5]), np.array([20.0, 41.25])), Motion(np.eye(3), ramp, SIZE))
    assert np.allclose(u, [10, 33.5])
    assert np.allclose(v, [20, 41.25])


def test_a_residual_of_zero_is_no_flow():
    still = advance(points_at(np.arange(5.0), np.arange(5.0)), Motion(np.eye(3), np.zeros((4, 4, 2), np.float32), SIZE))
    assert not still.flowing.any()
    assert np.array_equal(still.x, np.arange(5.0))


def test_what_lies_behind_the_camera_is_lost():
    behind = np.array([[1, 0, 0], [0, 1, 0], [-0.1, 0, 1]], np.float64)
    moved = advance(points_at(np.array([0.0, 50.0]), np.array([0.0, 0.0])), Motion(behind, None, SIZE))
    assert np.isfinite(moved.x[0])
    assert np.isnan(moved.x[1])
