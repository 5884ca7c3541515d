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

CHUNK = 1 << 13  # points at a time: their sixteen pixels each stay in the processor's cache
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
    sharp, soft, nearest = (np.empty((count, 3), np.float32) for _ in range(3))
    samples = Samples(sharp, soft, nearest, np.empty(count, np.float32))
    for start in range(0, count, CHUNK):
        part = slice(start, start + CHUNK)
        some = _sample(points[part], source)
        samples.sharp[part], samples.soft[part] = some.sharp, some.soft
        samples.nearest[part], samples.phase[part] = some.nearest, some.phase
    return samples


def _sample(points: Points, source: Source) -> Samples:
    width = source.window.width
    x, y = points.x - source.window.x0, points.y - source.window.y0
    near_x, near_y = np.rint(x), np.rint(y)
    off_x, off_y = x - near_x, y - near_y
    whole = (np.abs(off_x) <= SNAP) & (np.abs(off_y) <= SNAP)
    # at whole positions only the middle pixel need be known, and only it may count: the others may be NaN
    x0, y0 = np.where(whole, near_x, np.floor(x)), np.where(whole, near_y, np.floor(y))
    device = source.pixels.device
    nearest = source.pixels.index_select(0, to_tensor((near_y * width + near_x).astype(np.int64), device))
    phase = np.where(whole, 0, np.sqrt(off_x * off_x + off_y * off_y)).astype(np.float32)
    isolated = ~source.footprint[y0.astype(np.intp), x0.astype(np.intp)]
    if isolated.all():  # as all are of a picture that has no 4 x 4 pixels
        alone = to_numpy(nearest)
        return Samples(alone, alone, alone, phase)
    fx, fy = to_tensor((x - x0).astype(np.float32), device), to_tensor((y - y0).astype(np.float32), device)
    pixels = _around(source, x0, y0)
    sharp = _weighted(pixels, _keys_weights(fx), _keys_weights(fy))
    soft = _weighted(pixels, _bspline_weights(fx), _bspline_weights(fy))
    sharp = torch.where(to_tensor(whole, device)[:, None], nearest, sharp)
    soft = torch.where(to_tensor(isolated, device)[:, None], nearest, soft)
    return Samples(to_numpy(sharp), to_numpy(soft), to_numpy(nearest), phase)


def _around(source: Source, x0: NDArray[np.float64], y0: NDArray[np.float64]) -> torch.Tensor:
    """The 4 x 4 pixels from one left and above of m pixels: [4 4 3 m], by row, column and channel.

    Where they do not lie in the picture, others come, for nobody looks at them.
    """
    width, height = source.window.size
    left, top = np.clip(x0, 1, width - 3) - 1, np.clip(y0, 1, height - 3) - 1
    at = (top * width + left).astype(np.int64) + np.arange(4)[:, None] * width
    # four pixels of a row lie side by side, and are fetched as one
    rows = source.pixels.as_strided((len(source.pixels) - 3, 12), (3, 1))
    pixels = rows.index_select(0, to_tensor(at.reshape(-1), source.pixels.device))
    return pixels.view(4, len(x0), 4, 3).permute(0, 2, 3, 1).contiguous()  # what is summed lies side by side


def _weighted(pixels: torch.Tensor, across: tuple[torch.Tensor, ...], along: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """The separable mean of [4 4 3 m] pixels: [m 3]; sums in one order, whatever the number of points."""
    lines = across[0] * pixels[:, 0]
    for i in (1, 2, 3):
        lines += across[i] * pixels[:, i]
    mean = along[0] * lines[0]
    for i in (1, 2, 3):
        mean += along[i] * lines[i]
    return mean.T


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
