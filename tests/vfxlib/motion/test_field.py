"""Homographies, and the motion between two frames."""

from __future__ import annotations

import numpy as np
import pytest

from vfxlib.motion import Motion
from vfxlib.motion.field import corner_shift, project, project_xy, rescaled

TURN = np.array([[1.01, -0.02, 3.0], [0.02, 0.99, -1.5], [1e-5, -2e-5, 1.0]])
POINTS = np.random.default_rng(1).random((50, 2)) * 100


def test_there_and_back_is_where_it_was() -> None:
    assert np.allclose(project(np.linalg.inv(TURN), project(TURN, POINTS)), POINTS, atol=1e-9)


def test_a_matrix_product_says_the_same() -> None:
    there = np.concatenate([POINTS, np.ones((50, 1))], axis=1) @ TURN.T
    assert np.allclose(project(TURN, POINTS), there[:, :2] / there[:, 2:], atol=1e-9)


def test_how_many_points_are_projected_together_does_not_change_a_bit() -> None:
    assert np.array_equal(project(TURN, POINTS)[7:9], project(TURN, POINTS[7:9]))


def test_what_lies_behind_the_camera_is_lost_only_where_that_is_asked() -> None:
    behind = np.array([[1, 0, 0], [0, 1, 0], [-0.1, 0, 1]], np.float64)
    x, y = np.array([0.0, 50.0]), np.array([2.0, 2.0])
    lost, kept = (project_xy(behind, x, y, lose_behind=lose) for lose in (True, False))
    assert np.isnan(lost).tolist() == [[False, True], [False, True]]
    assert np.isfinite(kept).all()
    assert np.isfinite(project(behind, np.array([[10.0, 0.0]]))).all(), "on the camera's own plane too"


def test_a_rescaled_homography_moves_the_same_places() -> None:
    scale = (0.5, 0.25)
    small = project(rescaled(TURN, scale), (POINTS + 0.5) * scale - 0.5)
    assert np.allclose((small + 0.5) / scale - 0.5, project(TURN, POINTS), atol=1e-9)


def test_a_motion_is_read_in_plate_pixels_at_any_point() -> None:
    residual = np.zeros((10, 20, 2), np.float32)
    residual[..., 0] = np.arange(20)
    motion = Motion(np.array([[1, 0, 3], [0, 1, 0], [0, 0, 1.0]]), residual, (40, 20))
    # the plate's pixels 10 and 11 lie under the residual's pixel 5
    assert np.allclose(motion.displacement(np.array([[10.5, 4.0], [11.5, 4.0]])), [[8, 0], [8.5, 0]])


def test_a_motion_without_residual_is_its_homography() -> None:
    assert np.array_equal(Motion(TURN, None, (40, 20)).displacement(POINTS), project(TURN, POINTS) - POINTS)


def test_a_shift_moves_all_corners_by_itself() -> None:
    shift = np.array([[1, 0, 3.0], [0, 1, -4.0], [0, 0, 1]])
    assert corner_shift(shift, np.eye(3), (40, 30)) == 4
    assert corner_shift(TURN, TURN, (40, 30)) == 0


def test_a_motion_at_another_size_moves_the_same_places() -> None:
    homography = np.array([[1.01, 0.02, 3.0], [-0.01, 0.99, -2.0], [1e-5, 2e-5, 1.0]])
    residual = np.full((5, 8, 2), (0.5, -0.25), np.float32)
    whole = Motion(homography, residual, (80, 50))
    half = whole.resized((40, 25))
    points = np.array([[10.0, 7.0], [60.0, 40.0]])
    np.testing.assert_allclose(half.displacement((points + 0.5) / 2 - 0.5) * 2, whole.displacement(points), atol=1e-9)
    assert whole.resized((80, 50)) is whole


@pytest.mark.parametrize("size", [(20, 10), (43, 31)], ids=["of the residual's pixels", "between them"])
@pytest.mark.parametrize("flows", [True, False])
def test_motion_on_a_grid_has_the_bits_of_motion_at_its_points(size: tuple[int, int], flows: bool) -> None:
    residual = np.random.default_rng(0).standard_normal((10, 20, 2)).astype(np.float32)
    motion = Motion(TURN, residual if flows else None, size)
    x, y = np.arange(-3.0, size[0] + 2), np.arange(-2.0, size[1] + 4)
    points = np.stack(np.meshgrid(x, y), axis=-1)
    assert np.array_equal(motion.grid_displacement(x, y), motion.displacement(points).astype(np.float32))
