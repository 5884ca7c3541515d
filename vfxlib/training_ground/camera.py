"""Cameras that pan, travel, roll, zoom and shake before planes in space, at any moment of a clip."""

import math
from dataclasses import dataclass

import torch

from vfxlib.training_ground.draws import Draws
from vfxlib.training_ground.homography import compose
from vfxlib.training_ground.settings import SceneSettings

__all__ = ["Camera", "draw_camera", "plane_homography"]

LOCKED = 0.15  # share of cameras that do not move at all
WAVES = 3  # of a shake
LONGEST = 0.4  # a way along the view ends so far from where it began, in depths of the background


@dataclass(frozen=True)
class Camera:
    """How cameras stand and move: the middle of the clip is at time 0, a frame lasts 1.

    focal     [B]        focal length, in widths of the frame's longer side
    zoom      [B]        its logarithm's growth a frame
    travel    [B 3]      way a frame, in depths of the background: right, down, into the picture
    turn      [B 3]      radians a frame about x (tilts), y (pans) and z (rolls)
    sway      [B 2]      how far the way bends to either side, in depths
    pace      [B]        of the bend, radians a frame
    shake     [B 3 W]    how far it shakes about x, y and z, radians
    rates     [B 3 W]    how fast, radians a frame
    phases    [B 3 W]    radians
    """

    focal: torch.Tensor
    zoom: torch.Tensor
    travel: torch.Tensor
    turn: torch.Tensor
    sway: torch.Tensor
    pace: torch.Tensor
    shake: torch.Tensor
    rates: torch.Tensor
    phases: torch.Tensor


def draw_camera(draws: Draws, settings: SceneSettings) -> Camera:
    """Draw a camera for every sample."""
    moving = 1.0 - draws.chance(LOCKED).float()
    focal = draws.log_uniform(0.9, 1.8)
    speed, heading, turned = draws.log_uniform(*settings.speed), draws.uniform(0, 2 * math.pi), draws.uniform(0, 1)
    way = torch.stack((heading.cos(), 0.5 * heading.sin()), -1) * (speed * moving)[:, None]
    # a part of the motion is from travelling, which shows depth, the rest from turning, which does not
    across = way * (1.0 - turned)[:, None] / focal[:, None]
    panned = way * turned[:, None] / focal[:, None]
    into = draws.normal(0.01) * moving * draws.chance(0.5)
    roll = draws.normal(0.006) * moving * draws.chance(0.5)
    amount = draws.log_uniform(0.0005, 0.008) * moving * draws.chance(0.5)
    return Camera(
        focal=focal,
        zoom=draws.normal(0.012) * moving * draws.chance(0.3),
        travel=torch.cat([across, into[:, None]], -1),
        turn=torch.stack((-panned[:, 1], panned[:, 0], roll), -1),
        sway=draws.normal(0.03, 2) * (moving * draws.chance(0.4))[:, None],
        pace=draws.uniform(0.15, 0.7),
        shake=draws.normal(1.0, 3, WAVES) * amount[:, None, None],
        rates=draws.uniform(0.6, 2.8, 3, WAVES),
        phases=draws.uniform(0, 2 * math.pi, 3, WAVES),
    )


def plane_homography(camera: Camera, times: torch.Tensor, depth: torch.Tensor, slope: torch.Tensor) -> torch.Tensor:
    """Where on a plane in space the points of a frame lie.

    times    [B N]    moments
    depth    [B L]    of each plane where the camera of time 0 looks, in depths of the background
    slope    [B L 2]  growth of its depth to the right and down
    returns  [B L N 3 3]  from a frame's coordinates, 0 in its middle and 1 the longer side, to x and y on the plane
    """
    bend = (camera.pace[:, None] * times).sin()
    forth = camera.travel[:, 2:] * times
    forth = LONGEST * (forth / LONGEST).tanh()
    right, down = (camera.travel[:, i : i + 1] * times + camera.sway[:, i : i + 1] * bend for i in (0, 1))
    wave = (camera.rates[..., None] * times[:, None, None] + camera.phases[..., None]).sin()
    angles = camera.turn[..., None] * times[:, None] + (camera.shake[..., None] * wave).sum(-2)  # [B 3 N]
    focal = camera.focal[:, None] * (camera.zoom[:, None] * times).exp()
    rays = compose(_rotation(angles), torch.diag_embed(torch.stack((1 / focal, 1 / focal, torch.ones_like(focal)), -1)))
    # the plane is z = depth + slope x + slope y, so its normal is (-slope, -slope, 1); a ray from the camera c meets
    # it at c + s r, with s = (depth - normal c) / (normal r)
    normal = torch.cat([-slope, torch.ones_like(slope[..., :1])], -1)[:, :, None]  # [B L 1 3]
    at = torch.stack((right, down, forth), -1)[:, None]  # [B 1 N 3]
    gap = depth[:, :, None] - (normal * at).sum(-1)  # [B L N]
    rows = [at[..., i, None] * normal + gap[..., None] * _axis(i, normal) for i in (0, 1)]
    return compose(torch.stack([*rows, normal.expand_as(rows[0])], -2), rays[:, None])


def _axis(index: int, like: torch.Tensor) -> torch.Tensor:
    """A unit vector: [3]."""
    return torch.eye(3, device=like.device)[index]


def _rotation(angles: torch.Tensor) -> torch.Tensor:
    """From a camera that is turned about x, y and z to the world: angles [B 3 N], returns [B N 3 3]."""
    (cx, cy, cz), (sx, sy, sz) = angles.cos().unbind(1), angles.sin().unbind(1)
    rows = (
        *(cy * cz, sx * sy * cz - cx * sz, cx * sy * cz + sx * sz),
        *(cy * sz, sx * sy * sz + cx * cz, cx * sy * sz - sx * cz),
        *(-sy, sx * cy, cx * cy),
    )
    return torch.stack(rows, -1).reshape(*rows[0].shape, 3, 3)
