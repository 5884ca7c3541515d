"""Points carried along the motion of the background, in double precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["Points", "ResidualFlow", "Step", "advance", "points_at", "residual_at"]

ResidualFlow = tuple[NDArray[np.float64], NDArray[np.float64]]
"""What is added to a homography at n points: u and v, pixels, x right, y down."""

CHUNK = 1 << 15  # points at a time: their temporaries stay in the processor's cache


@dataclass(frozen=True)
class Step:
    """Motion of the whole background from one frame to a neighbour.

    homography  [3 3]    float64; pixels of this frame to pixels of the neighbour, display window's frame
    residual    [h w 2]  plate pixels, x right, y down; added to what the homography says; any resolution, its pixels
                         together cover ``size``; None where the homography says it all
    size        width and height in plate pixels of the display window that the residual covers
    """

    homography: NDArray[np.float64]
    residual: Array | None
    size: tuple[int, int]


@dataclass(frozen=True)
class Points:
    """Positions in one frame.

    x, y     [n]  float64, pixels, x right, y down, display window's frame; NaN for a point that is lost
    flowing  [n]  True once a residual other than zero has moved the point
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    flowing: NDArray[np.bool_]

    def __getitem__(self, index: NDArray[np.intp] | NDArray[np.bool_]) -> Points:
        """Some of the points."""
        return Points(self.x[index], self.y[index], self.flowing[index])


def points_at(x: NDArray[np.generic], y: NDArray[np.generic]) -> Points:
    """Start points at some pixels.

    x, y     [n]  columns and rows, display window's frame
    returns  points that nothing has moved yet
    """
    return Points(np.asarray(x, np.float64), np.asarray(y, np.float64), np.zeros(len(x), np.bool_))


def advance(points: Points, step: Step, drive: ResidualFlow | None = None) -> Points:
    """Carry points from one frame to the neighbour that ``step`` leads to.

    points   n positions in this frame
    step     motion from this frame to the neighbour
    drive    u and v [n], pixels: what to add to the homography; None for the step's own residual there
    returns  n positions in the neighbour; NaN for what lies behind the camera
    """
    u, v = residual_at(points, step) if drive is None else drive
    count = len(points.x)
    x, y = np.empty(count), np.empty(count)
    for start in range(0, count, CHUNK):
        part = slice(start, start + CHUNK)
        x[part], y[part] = _project(points.x[part], points.y[part], step.homography)
    return Points(x + u, y + v, points.flowing | (u != 0) | (v != 0))


def residual_at(points: Points, step: Step) -> ResidualFlow:
    """Look up what a step adds to its homography.

    points   n positions in the frame that the step begins at
    returns  u and v [n], pixels, bilinear, edges held
    """
    count = len(points.x)
    u, v = np.zeros(count), np.zeros(count)
    if step.residual is not None:
        for start in range(0, count, CHUNK):
            part = slice(start, start + CHUNK)
            u[part], v[part] = _bilinear(points.x[part], points.y[part], step.residual, step.size)
    return u, v


def _project(
    x: NDArray[np.float64], y: NDArray[np.float64], homography: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    # written out, for a matrix product may round differently with another number of points
    h = homography
    depth = h[2, 0] * x + h[2, 1] * y + h[2, 2]
    depth = np.where(depth > 1e-9, depth, np.nan)
    return (h[0, 0] * x + h[0, 1] * y + h[0, 2]) / depth, (h[1, 0] * x + h[1, 1] * y + h[1, 2]) / depth


def _bilinear(
    x: NDArray[np.float64], y: NDArray[np.float64], residual: Array, size: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A residual pixel's centre lies in the middle of the plate pixels that it stands for."""
    height, width = residual.shape[:2]
    gx = np.clip(np.nan_to_num((x + 0.5) * (width / size[0]) - 0.5), 0, width - 1)
    gy = np.clip(np.nan_to_num((y + 0.5) * (height / size[1]) - 0.5), 0, height - 1)
    x0 = np.minimum(gx.astype(np.intp), max(width - 2, 0))
    y0 = np.minimum(gy.astype(np.intp), max(height - 2, 0))
    fx, fy = (gx - x0)[:, None], (gy - y0)[:, None]
    flat = residual.reshape(-1, 2)
    right = 1 if width > 1 else 0
    below = width if height > 1 else 0
    at = y0 * width + x0
    top = flat[at] * (1 - fx) + flat[at + right] * fx
    bottom = flat[at + below] * (1 - fx) + flat[at + below + right] * fx
    both = top * (1 - fy) + bottom * fy
    return both[:, 0], both[:, 1]
