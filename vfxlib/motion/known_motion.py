"""What is measured of a frame's motion and what is hidden, reduced to a size at which a network completes it."""

from collections.abc import Collection
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from vfxlib.device import to_numpy, to_tensor
from vfxlib.motion.field import rescaled
from vfxlib.motion.measure import PATCH
from vfxlib.motion.sampling import eroded
from vfxlib.motion.window_frame import WindowFrame, projected

__all__ = ["KnownMotion", "known_motion"]

COVERED = 0.5  # share of a pixel that must be known


@dataclass(frozen=True)
class KnownMotion:
    """Measured motion of a frame at a smaller size, in its pixels: forward x y, then backward x y.

    residual  [4 h w]  on top of the camera's; 0 where it is not known
    known     [h w]    1 where it is, else 0
    camera    [4 h w]  what the homographies say
    """

    residual: Tensor
    known: Tensor
    camera: Tensor


def known_motion(frame: WindowFrame, signs: Collection[int], *, margin: float, longest: int) -> KnownMotion:
    """Reduce what is measured of a frame.

    frame    with what was measured
    signs    of the neighbours that it has: 1, -1 or both; motion to one that it has not is the other's turned round
    margin   plate pixels around a matte in which measured motion is not trusted
    longest  most pixels of the longer side
    returns  on the frame's device
    """
    shape = _reduced(frame.shape, longest)
    scale = shape[1] / frame.size[0], shape[0] / frame.size[1]
    device = frame.working.device
    domain = ~eroded(to_numpy(frame.known), max(margin * frame.scale[0], PATCH))
    outside = to_tensor(~domain, device)
    x = torch.arange(shape[1], device=device, dtype=torch.float32)[None]
    y = torch.arange(shape[0], device=device, dtype=torch.float32)[:, None]
    size = frame.known.new_tensor([*scale], dtype=torch.float32)[:, None, None]
    residuals, seen, cameras = {}, {}, {}
    for sign in signs:
        way = frame.ways[sign]
        trusted = outside & ~way.residual[0].isnan()
        share = _mean(trusted[None].float(), shape)
        moved = _mean(torch.where(trusted, way.residual, 0.0), shape) / share.clamp(min=1e-6)
        seen[sign] = share[0] > COVERED
        residuals[sign] = torch.where(seen[sign], moved, 0.0) * size
        there_x, there_y = projected(rescaled(way.homography, (scale[0], scale[1])), x, y)
        cameras[sign] = torch.stack([there_x - x, there_y - y])
    residual, camera = [], []
    for sign in (1, -1):
        own, other = (sign, -sign) if sign in signs else (-sign, sign)
        turned = 1.0 if own == sign else -1.0
        moved = residuals[own] * turned
        if other in residuals:
            moved = torch.where(seen[own], moved, -residuals[other])
        residual.append(moved)
        camera.append(cameras[own] * turned)
    known = torch.stack([seen[sign] for sign in signs]).any(0)
    return KnownMotion(torch.cat(residual), known.float(), torch.cat(camera))


def _reduced(shape: tuple[int, int], longest: int) -> tuple[int, int]:
    factor = min(1.0, longest / max(shape))
    return max(1, round(shape[0] * factor)), max(1, round(shape[1] * factor))


def _mean(values: Tensor, shape: tuple[int, int]) -> Tensor:
    """The means of [c h w] over the pixels of a smaller picture."""
    return interpolate(values[None], shape, mode="area")[0]
