"""Detail for what no frame shows: that of a finished anchor, else of the same frame, else grain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.grain.model import Grain
from vfxlib.grain.regrain import noise
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.residual_hires.alignment import align, follow
from vfxlib.residual_hires.frames import Shot
from vfxlib.residual_hires.hole import Hole
from vfxlib.residual_hires.likeness import Likeness
from vfxlib.residual_hires.matching import weigh
from vfxlib.residual_hires.plate_frame import PlateFrame
from vfxlib.residual_hires.scales import Scales
from vfxlib.residual_hires.spatial import attend, spatial_residual
from vfxlib.residual_hires.temporal import Reference, aggregate

__all__ = ["from_anchors", "from_same_frame", "new_grain"]

NEAREST = 2  # anchors that serve a frame
WHOLE = 2  # low pixels around a leftover pixel that have sources of their own, so that blocks fade


def from_anchors(
    index: int,
    hole: Hole,
    left: NDArray[np.intp],
    references: Sequence[Reference],
    shot: Shot,
    reach: int,
    likeness: Likeness,
) -> tuple[Array, NDArray[np.bool_], NDArray[np.int16]]:
    """Take the detail that finished anchors have made up, so that it stands still in the shot.

    index       of the frame
    hole        its hole
    left        [m]  which of the hole's points no frame shows
    references  of the hole: their alignments are exact
    reach       frames that motion is followed
    returns     [m 3] linear light, [m] True where an anchor has some, [m] offset of that anchor
    """
    near = sorted(
        (a for a in shot.anchors if a != index and shot.chain.joined(a, index)), key=lambda a: (abs(a - index), a)
    )
    made = {a: frame for a in near if (frame := shot.anchor(a)) is not None}
    points, base = hole.points[left], hole.base[left]
    residual, found = np.zeros((len(left), 3), np.float32), np.zeros(len(left), np.bool_)
    offset = np.zeros(len(left), np.int16)
    known = {r.alignment.offset: r.alignment for r in references}
    departures = None
    # one anchor after another, the nearest first: a mean of several would fade
    for anchor in list(made)[:NEAREST]:
        alignment = known.get(anchor - index)
        if alignment is None:
            if departures is None:
                departures = follow(index, hole.followed, hole.low_box, shot.scales, shot.chain, shot.motion, reach)
            way = shot.chain.between(index, anchor)
            alignment = align(anchor - index, way, departures.get(anchor - index), hole.low_box, shot.scales)[-1]
        reference = weigh(index, hole, [alignment], shot, made.__getitem__, likeness)
        rest = np.flatnonzero(~found)
        seen = aggregate(points[rest], base[rest], reference)
        rest, detail = rest[seen.seen], seen.residual[seen.seen]
        residual[rest], found[rest], offset[rest] = detail, True, anchor - index
    return residual, found, offset


def from_same_frame(
    hole: Hole, left: NDArray[np.intp], own: PlateFrame, scales: Scales, seed: int
) -> tuple[Array, Array]:
    """Take the detail of places that look alike.

    left     [m]  which of the hole's points need it
    own      the frame's residuals, as wide as sources are wanted
    returns  [m 3] linear light, and [m] 0..1 how strong it is: 0 where there was nothing to move
    """
    low = hole.low
    wanted = np.zeros(hole.open.shape, np.bool_)
    wanted[hole.at[0][left], hole.at[1][left]] = True
    wide = ndimage.binary_dilation(scales.touched(wanted, hole.box), iterations=WHOLE)
    attention = attend(low.colour, wide, low.known & _under(own.window, scales), seed)
    if attention is None:
        return np.zeros((len(left), 3), np.float32), np.zeros(len(left), np.float32)
    return spatial_residual(attention, hole.points[left], hole.base[left], own, low.colour, scales)


def _under(window: Box, scales: Scales) -> NDArray[np.bool_]:
    """The low pixels that lie inside a window of the plate."""
    outside = np.ones((scales.full[1], scales.full[0]), np.bool_)
    display = Box(0, 0, *scales.full)
    outside[(window & display).slices(display)] = False
    return ~scales.touched(outside, display)


def new_grain(
    points: NDArray[np.float64], base: Array, grain: Grain, strength: Array, window: Box, seed: int, number: int
) -> Array:
    """Make grain for points without any.

    points    [m 2]  plate pixels, display window's frame
    base      [m 3]  their colour
    strength  [m]    0..1, what is missing
    window    around the points
    returns   [m 3]  linear light, the same for a point whatever the others
    """
    normal = noise(seed, number, window, window)
    at = (points[:, 1] - window.y0).astype(np.intp), (points[:, 0] - window.x0).astype(np.intp)
    return np.asarray(normal[at] * grain.at(base) * strength[:, None], np.float32)
