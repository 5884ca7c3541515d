"""Warping, resampling and morphology: bilinear sampling, random affine maps and displacement, dilation, other sizes."""

import math

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import ArrayLike

from vfxlib.device import to_tensor

__all__ = [
    "dilate",
    "downsample_area",
    "opening",
    "pixel_coordinates",
    "random_affine",
    "random_displacement",
    "sample_bilinear",
    "to_float32",
    "upsample_bicubic",
]


def to_float32(values: ArrayLike, device: torch.device) -> torch.Tensor:
    """Numbers on a device, float32."""
    return to_tensor(np.array(values, np.float32), device)


def pixel_coordinates(x: int, y: int, width: int, height: int, device: torch.device) -> torch.Tensor:
    """Coordinates of the pixels of a box: [h w 2], x right, y down."""
    rows = torch.arange(y, y + height, device=device, dtype=torch.float32)
    columns = torch.arange(x, x + width, device=device, dtype=torch.float32)
    down, right = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack((right, down), -1)


def sample_bilinear(picture: torch.Tensor, at: torch.Tensor, outside: str = "zeros") -> torch.Tensor:
    """Sample a picture bilinearly.

    picture  [c h w]
    at       [H W 2]  pixels, x right, y down
    outside  "zeros", "border" or "reflection"
    returns  [c H W]
    """
    height, width = picture.shape[-2:]
    size = to_float32((width, height), at.device)
    grid = (at + 0.5) * 2 / size - 1
    return F.grid_sample(picture[None], grid[None], mode="bilinear", padding_mode=outside, align_corners=False)[0]


def random_affine(
    rng: np.random.Generator, at: torch.Tensor, centre: tuple[float, float], scale: float, degrees: float, flip: float
) -> torch.Tensor:
    """Coordinates under a random affine map about a centre: turned, scaled and perhaps mirrored.

    at       [h w 2]  pixels, x right, y down
    scale    natural logarithm of the largest change of size
    degrees  largest turn
    flip     probability of a mirror image
    """
    size, angle = math.exp(rng.uniform(-scale, scale)), math.radians(rng.uniform(-degrees, degrees))
    stretch, mirror = math.exp(rng.uniform(-0.1, 0.1)), -1.0 if rng.random() < flip else 1.0
    cos, sin = math.cos(angle) * size, math.sin(angle) * size
    matrix = to_float32([[cos * stretch * mirror, -sin], [sin * mirror, cos / stretch]], at.device)
    origin = to_float32(centre, at.device)
    return (at - origin) @ matrix.T + origin


def random_displacement(
    rng: np.random.Generator, height: int, width: int, amount: float, cell: int, device: torch.device
) -> torch.Tensor:
    """A smooth random displacement field.

    amount   its deviation, pixels
    cell     pixels between two draws
    returns  [h w 2]
    """
    drawn = rng.normal(0, amount, (1, 2, max(2, height // cell + 2), max(2, width // cell + 2)))
    field = to_float32(drawn, device)
    smooth = F.interpolate(field, (height, width), mode="bicubic", align_corners=True)
    return smooth[0].permute(1, 2, 0)


def dilate(matte: torch.Tensor, radius: int) -> torch.Tensor:
    """Mattes [c h w] dilated by a square of a radius in pixels, or eroded if it is below 0."""
    size = 2 * abs(radius) + 1
    if size == 1:
        return matte
    sign = 1 if radius > 0 else -1  # the least of all is the largest turned over; one way after the other is the square
    tall = F.max_pool2d(sign * matte[None], (size, 1), 1, (abs(radius), 0))
    return sign * F.max_pool2d(tall, (1, size), 1, (0, abs(radius)))[0]


def opening(mattes: torch.Tensor, radius: int) -> torch.Tensor:
    """Morphological opening of mattes [c h w] by a square of a radius in pixels: what it does not fit into is 0."""
    return dilate(dilate(mattes, -radius), radius)


def downsample_area(picture: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    """Make a picture smaller: every pixel the mean of what it covers.

    picture  [c h w]
    shape    height and width, not larger than the picture's
    """
    return F.interpolate(picture[None], shape, mode="area")[0]


def upsample_bicubic(picture: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    """Make a picture larger: bicubic between the pixels' centres; it may overshoot a little.

    picture  [c h w]
    shape    height and width, not smaller than the picture's
    """
    return F.interpolate(picture[None], shape, mode="bicubic", align_corners=False)[0]
