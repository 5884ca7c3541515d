"""A frame and what was measured from it, on a device."""

from __future__ import annotations

import numpy as np
import torch

from tests.vfxlib.motion.scenes import window_frames
from tests.vfxlib.motion.sliding import HEIGHT, MIDDLE, SPEED, WIDTH, pairs, views
from vfxlib.motion.field import project
from vfxlib.motion.window_frame import projected


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
