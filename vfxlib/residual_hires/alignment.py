"""Where a hole's pixels lie in other frames: by the registration of whole frames, and along completed motion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.motion import Chain, Motion, gaussian_pull_push
from vfxlib.motion.field import Matrix, project
from vfxlib.motion.sampling import sample
from vfxlib.motion.tracking import advance, points_at
from vfxlib.residual_hires.scales import Scales

__all__ = ["Alignment", "Motions", "align", "follow"]

Motions = Callable[[int, int], Motion | None]
"""Index of a frame and of its neighbour -> the background's motion to it; None across a cut or where there is none."""

SAME = 0.02  # plate pixels: motion that leaves the registration by less is the registration


@dataclass(frozen=True)
class Alignment:
    """One way from a frame to another.

    offset      index of the other frame minus this one's
    homography  [3 3]    plate pixels of this frame to plate pixels of the other
    departure   [h w 2]  plate pixels to add, over ``box``; None for none
    box         Box      of low pixels
    scales      of the shot
    """

    offset: int
    homography: Matrix
    departure: Array | None
    box: Box
    scales: Scales

    @cached_property
    def low_places(self) -> Array:
        """Where the low pixels of the box lie in the other frame, row by row: [n 2], its low pixels."""
        return self.scales.to_low(self.positions(self.scales.centres(self.box))).astype(np.float32)

    def positions(self, points: Matrix) -> Matrix:
        """Give where plate pixels [n 2] of this frame lie in the other: [n 2], plate pixels."""
        moved = project(self.homography, points)
        if self.departure is not None:
            at = self.scales.to_low(points) - (self.box.x0, self.box.y0)
            moved = moved + sample(self.departure, at.astype(np.float32))
        return moved


def follow(
    index: int, where: NDArray[np.bool_], box: Box, scales: Scales, chain: Chain, motion: Motions, reach: int
) -> dict[int, Array | None]:
    """Follow low pixels along the motion, as far as it leads.

    index    the frame that they lie in
    where    [h w]  the low pixels, over ``box``
    box      Box    of low pixels
    reach    frames to either side
    returns  offset -> [h w 2] plate pixels by which the motion leaves the registration, spread smoothly over the box;
             None where it never does
    """
    rows, columns = np.nonzero(where)
    start = scales.to_full(np.stack([columns + box.x0, rows + box.y0], axis=-1).astype(np.float64))
    departures: dict[int, Array | None] = {}
    for sign in (1, -1):
        points = points_at(start[:, 0], start[:, 1])
        for step in range(sign, sign * (reach + 1), sign):
            onward = motion(index + step - sign, index + step)
            if onward is None or not chain.joined(index, index + step):
                break
            points = advance(points, onward)
            departures[step] = None
            if points.flowing.any():
                by_chain = project(chain.between(index, index + step), start)
                departs = np.stack([points.x, points.y], axis=-1) - by_chain
                found = np.isfinite(departs).all(axis=1)
                if np.abs(departs[found]).max(initial=0.0) > SAME:
                    field, known = np.zeros((*where.shape, 2), np.float32), np.zeros(where.shape, np.bool_)
                    field[rows[found], columns[found]] = departs[found]
                    known[rows[found], columns[found]] = True
                    departures[step] = gaussian_pull_push(field, known)
    return departures


def align(offset: int, homography: Matrix, departure: Array | None, box: Box, scales: Scales) -> Sequence[Alignment]:
    """Both alignments to a frame: the registration, and the motion where it leads elsewhere."""
    registered = Alignment(offset, homography, None, box, scales)
    if departure is None:
        return [registered]
    return [registered, Alignment(offset, homography, departure, box, scales)]
