"""What of a frame is ever looked at in full resolution."""

from collections.abc import Mapping

import numpy as np

from vfxlib.image.box import Box
from vfxlib.motion import Chain
from vfxlib.motion.field import project
from vfxlib.residual_hires.landmarks import landmarks_box

__all__ = ["needed_box"]

PARALLAX = 0.02  # of the frame's width that motion may lead away from the registration


def needed_box(index: int, holes: Mapping[int, Box], chain: Chain, reach: int, window: Box) -> Box:
    """The part of a frame that shows the holes of the frames around it, and landmarks beside them.

    index    of the frame
    holes    index -> bounds of that frame's hole, plate pixels; frames without a hole are left out
    chain    plate pixels
    reach    frames to either side
    window   the frame's data window
    returns  inside ``window``; empty where no hole is within reach
    """
    spread = int(np.ceil(PARALLAX * window.width))
    found: Box | None = None
    for other, hole in holes.items():
        if abs(other - index) > reach or not chain.joined(index, other):
            continue
        wide = landmarks_box(hole)
        corners = np.array([[x, y] for x in (wide.x0, wide.x1) for y in (wide.y0, wide.y1)], np.float64)
        there = project(chain.between(other, index), corners)
        if not np.isfinite(there).all():
            return window
        (x0, y0), (x1, y1) = np.floor(there.min(axis=0)).astype(int), np.ceil(there.max(axis=0)).astype(int)
        part = Box(int(x0), int(y0), int(x1), int(y1)).grown(spread) & window
        if not part.empty:
            found = part if found is None else _around(found, part)
    return Box(window.x0, window.y0, window.x0, window.y0) if found is None else found


def _around(a: Box, b: Box) -> Box:
    return Box(min(a.x0, b.x0), min(a.y0, b.y0), max(a.x1, b.x1), max(a.y1, b.y1))
