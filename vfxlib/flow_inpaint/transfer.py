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
                if distance:
                    new &= ~_covered(tracks[sign], residuals[sign], other, sign, motion)
                colour[new] = sample(tracks[sign][new], sources[other]).sharp
                place[new, 0], place[new, 1] = tracks[sign].x[new], tracks[sign].y[new]
                offset[new], reached = other - index, reached | new
    return TransferredPaint(reached, colour, offset, place)


def _covered(points: Points, came_by: ResidualFlow, index: int, sign: int, motion: Motions) -> NDArray[np.bool_]:
    """Tell which points are covered, in the frame that they have reached, by a thing that moves otherwise than they.

    A key frame's clean plate shows what crosses the background there too, and that is not the background's paint.

    came_by  the residual flow that has carried them there
    index    of that frame
    sign     the direction of time in which they came
    """
    onward, back = motion(index, index + sign), motion(index, index - sign)
    there, way = (onward, 1) if onward is not None else (back, -1)
    if there is None or not there.layered:
        return np.zeros(len(points.x), np.bool_)
    u, v = residual_at(points, there)
    return np.asarray(np.hypot(way * u - came_by[0], way * v - came_by[1]) > RESIDUAL_CHANGE * coarseness(there))


def _residual(points: Points, motion: Motion, before: ResidualFlow | None) -> ResidualFlow:
    """The residual flow that carries points on; behind what crosses the background it goes on as before."""
    u, v = residual_at(points, motion)
    if before is None or not motion.layered:
        return u, v
    crossed = np.hypot(u - before[0], v - before[1]) > RESIDUAL_CHANGE * coarseness(motion)
    return np.where(crossed, before[0], u), np.where(crossed, before[1], v)
