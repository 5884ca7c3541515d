"""Paint carried along the motion of the background, from the frame that it was made on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.flow_inpaint.candidates import Motion
from vfxlib.flow_inpaint.resample import sample, visible
from vfxlib.flow_inpaint.source import Source
from vfxlib.flow_inpaint.tracking import advance, points_at
from vfxlib.image.picture import Array

__all__ = ["TransferredPaint", "transfer_paint"]


@dataclass(frozen=True)
class TransferredPaint:
    """What reached n points.

    there   [n]    True where paint reached the point
    colour  [n 3]  linear colour
    offset  [n]    frame of the paint minus this one
    """

    there: NDArray[np.bool_]
    colour: Array
    offset: NDArray[np.int16]


def transfer_paint(
    frame: int,
    x: NDArray[np.generic],
    y: NDArray[np.generic],
    *,
    sources: Mapping[int, Source],
    motion: Motion,
    reach: int,
) -> TransferredPaint:
    """Fetch paint for points that no frame shows.

    frame    the frame that the points lie in
    x, y     [n]  columns and rows, display window's frame
    sources  frame -> what was painted there
    motion   steps between neighbours; None ends the way
    reach    frames to look to either side
    returns  the nearest key frame's paint, an earlier one's where two are as near
    """
    start = points_at(x, y)
    there, colour = np.zeros(len(start.x), np.bool_), np.zeros((len(start.x), 3), np.float32)
    offset = np.zeros(len(start.x), np.int16)
    ways = {-1: start, 1: start}
    for distance in range(reach + 1):
        for sign in (-1, 1) if distance else (-1,):
            if sign not in ways:
                continue
            at = frame + sign * distance
            if distance:
                step = motion(at - sign, at)
                if step is None:
                    del ways[sign]
                    continue
                ways[sign] = advance(ways[sign], step)
            if at in sources:
                shown = ~there & visible(ways[sign], sources[at])
                colour[shown] = sample(ways[sign][shown], sources[at]).sharp
                offset[shown], there = at - frame, there | shown
    return TransferredPaint(there, colour, offset)
