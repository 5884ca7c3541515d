"""Pictures read at moved places: shifted, turned, scaled and bent."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import ArrayLike

from vfxlib.device import to_tensor

__all__ = ["dilate", "numbers", "places", "random_affine", "random_displacement", "sample_bilinear"]


def numbers(values: ArrayLike, device: torch.device) -> torch.Tensor:
    """Numbers on a device, float32."""
    return to_tensor(np.array(values, np.float32), device)


def places(x: int, y: int, width: int, height: int, device: torch.device) -> torch.Tensor:
    """The pixels of a box: [h w 2], x right, y down."""
    rows = torch.arange(y, y + height, device=device, dtype=torch.float32)
    columns = torch.arange(x, x + width, device=device, dtype=torch.float32)
    down, right = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack((right, down), -1)


def sample_bilinear(picture: torch.Tensor, at: torch.Tensor, outside: str = "zeros") -> torch.Tensor:
    """Read a picture bilinearly.

    picture  [c h w]
    at       [H W 2]  pixels, x right, y down
    outside  "zeros", "border" or "reflection"
    returns  [c H W]
    """
    height, width = picture.shape[-2:]
    size = numbers((width, height), at.device)
    grid = (at + 0.5) * 2 / size - 1
    return F.grid_sample(picture[None], grid[None], mode="bilinear", padding_mode=outside, align_corners=False)[0]


def random_affine(
    rng: np.random.Generator, at: torch.Tensor, centre: tuple[float, float], scale: float, degrees: float, flip: float
) -> torch.Tensor:
    """Places turned, scaled and perhaps mirrored about a centre, by chance.

    at       [h w 2]
    scale    natural logarithm of the largest change of size
    degrees  largest turn
    flip     probability of a mirror image
    """
    size, angle = math.exp(rng.uniform(-scale, scale)), math.radians(rng.uniform(-degrees, degrees))
    stretch, mirror = math.exp(rng.uniform(-0.1, 0.1)), -1.0 if rng.random() < flip else 1.0
    cos, sin = math.cos(angle) * size, math.sin(angle) * size
    matrix = numbers([[cos * stretch * mirror, -sin], [sin * mirror, cos / stretch]], at.device)
    middle = numbers(centre, at.device)
    return (at - middle) @ matrix.T + middle


def random_displacement(
    rng: np.random.Generator, height: int, width: int, amount: float, cell: int, device: torch.device
) -> torch.Tensor:
    """A smooth random field.

    amount   its deviation
    cell     pixels between two draws
    returns  [h w 2]
    """
    drawn = rng.normal(0, amount, (1, 2, max(2, height // cell + 2), max(2, width // cell + 2)))
    field = numbers(drawn, device)
    smooth = F.interpolate(field, (height, width), mode="bicubic", align_corners=True)
    return smooth[0].permute(1, 2, 0)


def dilate(matte: torch.Tensor, radius: int) -> torch.Tensor:
    """Mattes [c h w] grown by a square, or shrunk by a radius below 0."""
    size = 2 * abs(radius) + 1
    if size == 1:
        return matte
    sign = 1 if radius > 0 else -1  # the least of all is the largest turned over; one way after the other is the square
    tall = F.max_pool2d(sign * matte[None], (size, 1), 1, (abs(radius), 0))
    return sign * F.max_pool2d(tall, (1, size), 1, (0, abs(radius)))[0]
