"""The motion of a camera is found under what moves on its own, and what a hole hides is not looked at."""

import torch

from vfxlib.pretraining.camera_motion import camera_motion

Y, X = torch.meshgrid(torch.linspace(-1, 1, 32), torch.linspace(-1, 1, 40), indexing="ij")
ZOOM = torch.stack((1.5 + 2 * X - 0.3 * Y + 0.4 * X * X, -0.5 + 0.3 * X + 2 * Y + 0.4 * X * Y))
PLANE = torch.stack((ZOOM, -ZOOM))
KNOWN = torch.ones(2, 1, 32, 40)


def test_the_motion_of_a_plane_is_found_exactly():
    assert torch.allclose(camera_motion(PLANE, KNOWN), PLANE, atol=1e-3)


def test_a_thing_that_moves_on_its_own_and_what_is_hidden_change_little():
    flows, known = PLANE.clone(), KNOWN.clone()
    flows[:, :, 4:16, 8:20] += 3.0
    known[:, :, 20:28, 10:30] = 0
    flows[:, :, 20:28, 10:30] = 500.0
    assert (camera_motion(flows, known) - PLANE).abs().max() < 0.2


def test_where_nothing_is_known_there_is_no_motion():
    assert (camera_motion(PLANE, 0 * KNOWN) == 0).all()
