"""A frame and what was measured from it, on a device."""

from __future__ import annotations

import numpy as np
import torch

from tests.vfxlib.motion.scenes import window_frames
from tests.vfxlib.motion.sliding import HEIGHT, MIDDLE, SPEED, WIDTH, pairs, views
from vfxlib.motion.field import project
from vfxlib.motion.window_frame import WindowWay, mean_velocity, projected


def test_a_frame_has_the_ways_to_the_neighbours_that_it_has() -> None:
    frames = window_frames(views(), pairs())
    assert [sorted(frames[t].ways) for t in (0, MIDDLE, 6)] == [[1], [-1, 1], [-1]]
    assert frames[MIDDLE].shape == (HEIGHT, WIDTH)
    assert frames[MIDDLE].scale == (1, 1)
    assert frames[MIDDLE].nbytes > 4 * 5 * HEIGHT * WIDTH


def test_what_lies_beside_the_unknown_is_not_seen() -> None:
    frame = window_frames(views(), pairs())[MIDDLE]
    assert (~frame.known).sum() == 16 * 16
    assert (~frame.seen).sum() == 18 * 18


def test_motion_is_read_where_it_is_trusted_alone() -> None:
    measured = pairs()
    measured[MIDDLE].forward_error[10:20, 10:20] = 1e4
    x, y = torch.tensor([40.0, 15.0]), torch.tensor([30.0, 15.0])
    read = window_frames(views(), measured)[MIDDLE].read_way(1, x, y)
    assert torch.allclose(read[:, 0], torch.tensor([SPEED, 0.0]))
    assert read[:, 1].isnan().all()


def test_a_homography_maps_as_it_does_in_double_precision() -> None:
    turn = np.array([[1.02, -0.03, 4.0], [0.02, 0.99, -2.0], [1e-4, -5e-5, 1]])
    x, y = torch.tensor([3.0, 800.0]), torch.tensor([400.0, 7.0])
    there = torch.stack(projected(turn, x, y), -1).numpy()
    assert np.allclose(there, project(turn, np.array([[3.0, 400.0], [800.0, 7.0]])), atol=1e-3)


def test_velocity_is_the_mean_of_the_ways_in_which_anything_moves() -> None:
    residual = torch.zeros((2, 4, 6))
    there, back, camera = residual.clone(), residual.clone(), residual.clone()
    there[0], back[0] = 2.0, -4.0
    there[:, 0], camera[:, 1] = torch.nan, torch.nan
    ways = {sign: WindowWay(np.eye(3), way, True) for sign, way in ((1, there), (-1, back))}
    velocity, trusted = mean_velocity(ways, (0.5, 0.5))
    assert velocity[0, 0, 0] == 2  # measured backwards alone
    assert velocity[2, 3, 0] == 1.5
    assert trusted.all()
    velocity, trusted = mean_velocity({1: ways[1], -1: WindowWay(np.eye(3), camera, False)}, (0.5, 0.5))
    assert velocity[2, 3, 0] == 1, "a neighbour in step with the camera does not halve it"
    assert velocity[0, 0, 0] == 0
    assert trusted.all()
