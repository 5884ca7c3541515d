"""The original plate resampled once per point, in linear light: bicubic (Keys) and cubic B-spline."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.device import to_numpy, to_tensor
from vfxlib.flow_inpaint.source import Source
from vfxlib.image.picture import Array
from vfxlib.motion.tracking import Points

__all__ = ["Samples", "sample", "sample_rim", "visible", "visible_rim"]

CHUNK = 1 << 16
SNAP = 1 / 2048  # pixels: a position this close to a pixel's centre is that pixel


@dataclass(frozen=True)
class Samples:
    """What a source shows at some points, linear colour.

    sharp    [m 3]  bicubic (Keys 1981, a = -1/2); the pixel's own bits at whole positions
    soft     [m 3]  the same 4 x 4 pixels under a cubic B-spline: free of aliasing and of most grain, for comparisons;
                    the pixel itself where its neighbours are not known
    nearest  [m 3]  the pixel next to the point, with its grain whole
    phase    [m]    distance to that pixel's centre, pixels, 0..0.71
    """

    sharp: Array
    soft: Array
    nearest: Array
    phase: Array


def visible(points: Points, source: Source) -> NDArray[np.bool_]:
    """Tell which points a source shows, with every pixel that a sample of them touches.

    points   n positions in the source
    returns  [n]  False outside the data window, under the matte or its margin, and next to NaN and inf
    """
    return _visible(points, source, source.known, source.footprint)


def visible_rim(points: Points, source: Source) -> NDArray[np.bool_]:
    """Tell which points a source may show: those of ``visible``, and others up to the matte's very edge.

    points   n positions in the source
    returns  [n]  as ``visible``, but for the 2 x 2 pixels that ``sample_rim`` touches
    """
    return _visible(points, source, source.rim, source.small)


def _visible(
    points: Points, source: Source, known: NDArray[np.bool_], footprint: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    x, y = points.x - source.window.x0, points.y - source.window.y0
    width, height = source.window.size
    inside = (x > -SNAP) & (y > -SNAP) & (x < width - 1 + SNAP) & (y < height - 1 + SNAP)  # NaN says no
    x, y = np.where(inside, x, 0.0), np.where(inside, y, 0.0)
    near_x, near_y = np.rint(x), np.rint(y)
    whole = (np.abs(x - near_x) <= SNAP) & (np.abs(y - near_y) <= SNAP)
    seen = np.where(
        whole,
        known[near_y.astype(np.intp), near_x.astype(np.intp)],
        footprint[np.floor(y).astype(np.intp), np.floor(x).astype(np.intp)],
    )
    return inside & seen


def sample_rim(points: Points, source: Source) -> Samples:
    """Sample a source by bilinear interpolation, which touches as few pixels as can be.

    points   m positions for which ``visible_rim`` holds
    returns  as ``sample``; sharp and soft are the same
    """
    width, height = source.window.size
    x, y = points.x - source.window.x0, points.y - source.window.y0
    near_x, near_y = np.rint(x), np.rint(y)
    off_x, off_y = x - near_x, y - near_y
    whole = (np.abs(off_x) <= SNAP) & (np.abs(off_y) <= SNAP)
    x0, y0 = np.where(whole, near_x, np.floor(x)), np.where(whole, near_y, np.floor(y))
    device = source.pixels.device
    fx, fy = (to_tensor(np.where(whole, 0, part).astype(np.float32), device)[:, None] for part in (x - x0, y - y0))

    def pixel(right: int, down: int) -> torch.Tensor:
        # at whole positions the others may be hidden, so the pixel itself stands for them
        across, along = np.where(whole, 0, right), np.where(whole, 0, down)
        at = np.clip(y0 + along, 0, height - 1) * width + np.clip(x0 + across, 0, width - 1)
        return source.pixels.index_select(0, to_tensor(at.astype(np.int64), device))

    above = pixel(0, 0) * (1 - fx) + pixel(1, 0) * fx
    below = pixel(0, 1) * (1 - fx) + pixel(1, 1) * fx
    mean = to_numpy(above * (1 - fy) + below * fy)
    near = np.clip(near_y, 0, height - 1) * width + np.clip(near_x, 0, width - 1)
    nearest = to_numpy(source.pixels.index_select(0, to_tensor(near.astype(np.int64), device)))
    phase = np.where(whole, 0, np.sqrt(off_x * off_x + off_y * off_y)).astype(np.float32)
    return Samples(mean, mean, nearest, phase)


def sample(points: Points, source: Source) -> Samples:
    """Sample a source at points that it shows.

    points   m positions for which ``visible`` holds
    returns  linear colour; negative and very bright values as they are
    """
    count = len(points.x)
    parts = [_sample(points[np.arange(i, min(i + CHUNK, count))], source) for i in range(0, count, CHUNK)]
    if not parts:
        nothing = np.zeros((0, 3), np.float32)
        return Samples(nothing, nothing, nothing, np.zeros(0, np.float32))
    return Samples(
        np.concatenate([p.sharp for p in parts]),
        np.concatenate([p.soft for p in parts]),
        np.concatenate([p.nearest for p in parts]),
        np.concatenate([p.phase for p in parts]),
    )


def _sample(points: Points, source: Source) -> Samples:
    width, height = source.window.size
    x, y = points.x - source.window.x0, points.y - source.window.y0
    near_x, near_y = np.rint(x), np.rint(y)
    off_x, off_y = x - near_x, y - near_y
    whole = (np.abs(off_x) <= SNAP) & (np.abs(off_y) <= SNAP)
    x0, y0 = np.floor(x), np.floor(y)
    # at whole positions only the middle pixel need be known, and only it may count: the others may be NaN
    x0, y0 = np.where(whole, near_x, x0), np.where(whole, near_y, y0)
    device = source.pixels.device
    fx = to_tensor((x - x0).astype(np.float32), device)[:, None]
    fy = to_tensor((y - y0).astype(np.float32), device)[:, None]
    around = np.arange(-1, 3)
    across = np.clip(x0[:, None] + around, 0, width - 1).astype(np.int64)
    along = np.clip(y0[:, None] + around, 0, height - 1).astype(np.int64) * width
    at = to_tensor((along[:, :, None] + across[:, None, :]).reshape(-1), device)
    pixels = source.pixels.index_select(0, at).view(-1, 4, 4, 3)  # at once: a call for each of the sixteen costs more
    sharp = _weighted(pixels, _keys_weights(fx), _keys_weights(fy))
    soft = _weighted(pixels, _bspline_weights(fx), _bspline_weights(fy))
    nearest = source.pixels.index_select(0, to_tensor((near_y * width + near_x).astype(np.int64), device))
    is_whole = to_tensor(whole, device)[:, None]
    sharp = torch.where(is_whole, nearest, sharp)
    isolated = ~source.footprint[y0.astype(np.intp), x0.astype(np.intp)]
    soft = torch.where(to_tensor(isolated, device)[:, None], nearest, soft)
    phase = np.where(whole, 0, np.sqrt(off_x * off_x + off_y * off_y)).astype(np.float32)
    return Samples(to_numpy(sharp), to_numpy(soft), to_numpy(nearest), phase)


def _weighted(pixels: torch.Tensor, across: tuple[torch.Tensor, ...], along: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """The separable mean of [m 4 4 3] pixels; sums in one order, whatever the number of points."""
    lines = across[0][:, :, None] * pixels[:, :, 0]
    for i in (1, 2, 3):
        lines += across[i][:, :, None] * pixels[:, :, i]
    mean = along[0] * lines[:, 0]
    for i in (1, 2, 3):
        mean += along[i] * lines[:, i]
    return mean


def _keys_weights(f: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Cubic convolution (Keys 1981), a = -1/2: weights of the pixels at -1, 0, 1, 2."""
    return (
        ((-0.5 * f + 1.0) * f - 0.5) * f,
        (1.5 * f - 2.5) * f * f + 1.0,
        ((-1.5 * f + 2.0) * f + 0.5) * f,
        (0.5 * f - 0.5) * f * f,
    )


def _bspline_weights(f: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Cubic B-spline: weights of the pixels at -1, 0, 1, 2."""
    g = 1.0 - f
    return (
        g * g * g / 6.0,
        (f * f * (3.0 * f - 6.0) + 4.0) / 6.0,
        (g * g * (3.0 * g - 6.0) + 4.0) / 6.0,
        f * f * f / 6.0,
    )
