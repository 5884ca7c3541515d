"""Paint transferred along the motion of the background, from the frame that it was made on.

Frames are counted by their index in the job, not by their number.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.flow_inpaint.candidates import RESIDUAL_CHANGE, Motions, coarseness
from vfxlib.flow_inpaint.resample import sample, visible
from vfxlib.flow_inpaint.source import Source
from vfxlib.image.picture import Array
from vfxlib.motion import Motion
from vfxlib.motion.tracking import Points, ResidualFlow, advance, points_at, residual_at

__all__ = ["TransferredPaint", "transfer_paint"]


@dataclass(frozen=True)
class TransferredPaint:
    """What reached n points.

    reached  [n]    True where paint reached the point
    colour   [n 3]  linear colour
    offset   [n]    index of the paint's frame minus this one's
    place    [n 2]  where in the paint's frame it comes from: x and y, display window's frame
    """

    reached: NDArray[np.bool_]
    colour: Array
    offset: NDArray[np.int16]
    place: Array


def transfer_paint(
    index: int,
    x: NDArray[np.generic],
    y: NDArray[np.generic],
    *,
    sources: Mapping[int, Source],
    motion: Motions,
    reach: int,
) -> TransferredPaint:
    """Fetch paint for points that no frame shows.

    index    the frame that the points lie in
    x, y     [n]  columns and rows, display window's frame
    sources  index -> what was painted there
    motion   between neighbours; None ends the track
    reach    frames to look to either side
    returns  the nearest key frame's paint, an earlier one's where two are as near
    """
    start = points_at(x, y)
    reached, colour = np.zeros(len(start.x), np.bool_), np.zeros((len(start.x), 3), np.float32)
    offset, place = np.zeros(len(start.x), np.int16), np.stack([start.x, start.y], axis=1).astype(np.float32)
    tracks = {-1: start, 1: start}
    residuals: dict[int, ResidualFlow] = {}
    for distance in range(reach + 1):
        for sign in (-1, 1) if distance else (-1,):
            if sign not in tracks:
                continue
            other = index + sign * distance
            if distance:
                onward = motion(other - sign, other)
                if onward is None:
                    del tracks[sign]
                    continue
                residuals[sign] = _residual(tracks[sign], onward, residuals.get(sign))
                tracks[sign] = advance(tracks[sign], onward, residuals[sign])
            if other in sources:
                new = ~reached & visible(tracks[sign], sources[other])
                colour[new] = sample(tracks[sign][new], sources[other]).sharp
                place[new, 0], place[new, 1] = tracks[sign].x[new], tracks[sign].y[new]
                offset[new], reached = other - index, reached | new
    return TransferredPaint(reached, colour, offset, place)


def _residual(points: Points, motion: Motion, before: ResidualFlow | None) -> ResidualFlow:
    """The residual flow that carries points on; behind what crosses the background it goes on as before."""
    u, v = residual_at(points, motion)
    if before is None or not motion.layered:
        return u, v
    crossed = np.hypot(u - before[0], v - before[1]) > RESIDUAL_CHANGE * coarseness(motion)
    return np.where(crossed, before[0], u), np.where(crossed, before[1], v)
