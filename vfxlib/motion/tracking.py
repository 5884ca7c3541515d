"""Points tracked along the motion of the background, in double precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.bilinear import bilinear
from vfxlib.motion.field import Motion, project_xy

__all__ = ["Points", "ResidualFlow", "advance", "points_at", "residual_at"]

ResidualFlow = tuple[NDArray[np.float64], NDArray[np.float64]]
"""What is added to a homography at n points: u and v, pixels, x right, y down."""

CHUNK = 1 << 15  # points at a time: their temporaries stay in the processor's cache


@dataclass(frozen=True)
class Points:
    """Positions in one frame.

    x, y     [n]  float64, pixels, x right, y down, display window's frame; NaN for a point that is lost
    flowing  [n]  True once a residual flow other than zero has moved the point
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    flowing: NDArray[np.bool_]

    def __getitem__(self, chosen: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Points:
        """Some of the points."""
        return Points(self.x[chosen], self.y[chosen], self.flowing[chosen])


def points_at(x: NDArray[np.generic], y: NDArray[np.generic]) -> Points:
    """Start points at some pixels.

    x, y     [n]  columns and rows, display window's frame
    returns  points that nothing has moved yet
    """
    return Points(np.asarray(x, np.float64), np.asarray(y, np.float64), np.zeros(len(x), np.bool_))


def advance(points: Points, motion: Motion, residual: ResidualFlow | None = None) -> Points:
    """Carry points from one frame to the neighbour that ``motion`` leads to.

    points    n positions in this frame
    motion    from this frame to the neighbour
    residual  u and v [n], pixels: what to add to the homography; None for the motion's own residual there
    returns   n positions in the neighbour; NaN for what lies behind the camera
    """
    u, v = residual_at(points, motion) if residual is None else residual
    count = len(points.x)
    x, y = np.empty(count), np.empty(count)
    for start in range(0, count, CHUNK):
        part = slice(start, start + CHUNK)
        x[part], y[part] = project_xy(motion.homography, points.x[part], points.y[part], lose_behind=True)
    return Points(x + u, y + v, points.flowing | (u != 0) | (v != 0))


def residual_at(points: Points, motion: Motion) -> ResidualFlow:
    """Look up the residual flow: what a motion adds to its homography.

    points   n positions in the frame that the motion begins at
    returns  u and v [n], pixels, bilinear, edges held
    """
    count = len(points.x)
    u, v = np.zeros(count), np.zeros(count)
    if motion.residual is not None:
        # a residual pixel's centre lies in the middle of the plate pixels that it stands for
        height, width = motion.residual.shape[:2]
        across, down = width / motion.size[0], height / motion.size[1]
        for start in range(0, count, CHUNK):
            part = slice(start, start + CHUNK)
            x, y = (points.x[part] + 0.5) * across - 0.5, (points.y[part] + 0.5) * down - 0.5
            both = bilinear(motion.residual, x, y)
            u[part], v[part] = both[:, 0], both[:, 1]
    return u, v
