import torch

from tests.vfxlib.training_ground.scenes import CPU
from vfxlib.training_ground.camera import Camera, draw_camera, plane_homography
from vfxlib.training_ground.draws import Draws
from vfxlib.training_ground.homography import apply_to_pixels
from vfxlib.training_ground.settings import SceneSettings

NOTHING = torch.zeros(1)


def camera(**moves):
    still = {
        **dict.fromkeys(("zoom", "pace"), torch.zeros(1)),
        **dict.fromkeys(("travel", "turn"), torch.zeros(1, 3)),
        **dict.fromkeys(("shake", "rates", "phases"), torch.zeros(1, 3, 3)),
        "focal": torch.ones(1),
        "sway": torch.zeros(1, 2),
    }
    return Camera(**{**still, **moves})


def seen_at(view, x=0.0, y=0.0):
    """Where on a plane a point of the frame lies, at each moment: [N 2]."""
    across, down = apply_to_pixels(view[0, 0], torch.full((1,), x), torch.full((1,), y))
    return torch.stack((across.flatten(), down.flatten()), -1)


def view(moved, depth=1.0, slope=(0.0, 0.0)):
    times = torch.arange(-1.0, 2.0)[None]
    return plane_homography(
        moved, times, torch.full((1, 1), depth), torch.stack([torch.full((), s) for s in slope])[None, None]
    )


def test_a_camera_that_stands_sees_a_plane_as_large_as_its_focal_length_says():
    assert torch.allclose(
        seen_at(view(camera(focal=torch.full((1,), 2.0)), 0.5), 0.4, -0.2),
        torch.ones(3, 1) * 0.5 * torch.stack([torch.full((), v) for v in (0.2, -0.1)]),
    )


def test_what_is_nearer_passes_faster():
    travel = torch.eye(3)[:1] * 0.1
    near, far = (seen_at(view(camera(travel=travel), depth), 0.0) for depth in (0.5, 1.0))
    # the same way on the plane, which is twice as long in the frame at half the depth
    assert torch.allclose(near[:, 0], far[:, 0], atol=1e-6)
    assert torch.allclose(far[:, 0], torch.arange(-1, 2) * 0.1, atol=1e-6)


def test_a_turn_shows_no_depth():
    turned = camera(turn=torch.eye(3)[1:2] * 0.05)
    near, far = (seen_at(view(turned, depth), 0.2, 0.1) / depth for depth in (0.5, 1.0))
    assert torch.allclose(near, far, atol=1e-6)
    assert (far[2, 0] - far[0, 0]).abs() > 0.05


def test_a_zoom_and_a_way_forward_make_things_larger():
    for moved in (camera(zoom=torch.full((1,), 0.1)), camera(travel=torch.eye(3)[2:] * 0.1)):
        seen = seen_at(view(moved), 0.4)[:, 0]
        assert seen[0] > seen[1] > seen[2] > 0


def test_a_leaning_plane_is_farther_on_one_side():
    left, right = (seen_at(view(camera(), slope=(0.5, 0.0)), x)[0, 0].abs() for x in (-0.4, 0.4))
    assert right > left * 1.2


def test_some_cameras_are_locked_and_others_move():
    draws = Draws(0, 0, 400, CPU)
    drawn = draw_camera(draws, SceneSettings())
    times = torch.arange(0.0, 2.0).expand(400, -1)
    seen = plane_homography(drawn, times, torch.ones(400, 1), torch.zeros(400, 1, 2))
    locked = (seen[:, 0, 0] == seen[:, 0, 1]).all(-1).all(-1).float().mean()
    assert 0.08 < locked < 0.25
