"""What the other frames of the shot show at the pixels of a hole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.fill.follow import Points, Step, advance
from vfxlib.fill.sample import sample, visible
from vfxlib.fill.source import Source
from vfxlib.picture import Array

__all__ = ["Motion", "Sources", "Votes", "gather_votes"]

Motion = Callable[[int, int], Step | None]
"""``motion(a, b)``: the step from frame a to the neighbour b; None across a cut, beyond an end, or if unknown."""

Sources = Callable[[int], Source | None]
"""``source(t)``: frame t to copy from, or None where there is none; asked for in order of distance, once per hole."""


@dataclass(frozen=True)
class Votes:
    """Up to k sightings of n points, nearest in time first.

    sharp, soft, nearest  [k n 3]  linear colour, as in Samples; 0 where there is no vote
    offset    [k n]  source frame minus this one; 0 = no vote
    phase     [k n]  distance to the nearest pixel's centre in the source, pixels
    mismatch  [k n]  forward-backward disagreement summed along the way, pixels
    flowing   [k n]  True where more than the homography carried the point
    clean     [k n]  True where an artist painted the source
    """

    sharp: Array
    soft: Array
    nearest: Array
    offset: NDArray[np.int16]
    phase: Array
    mismatch: Array
    flowing: NDArray[np.bool_]
    clean: NDArray[np.bool_]

    @property
    def cast(self) -> NDArray[np.bool_]:
        """[k n]  True where there is a vote."""
        return np.asarray(self.offset != 0)


@dataclass
class _Way:
    """Points on their way in one direction: which they are, where they are, what they have lost in agreement."""

    index: NDArray[np.intp]
    points: Points
    mismatch: NDArray[np.float64]

    def keep(self, chosen: NDArray[np.bool_]) -> None:
        self.index, self.points, self.mismatch = self.index[chosen], self.points[chosen], self.mismatch[chosen]

    def move(self, step: Step, back: Step | None) -> None:
        moved = advance(self.points, step)
        self.mismatch = self.mismatch + _mismatch(self.points, moved, back)
        self.points = moved


def gather_votes(
    frame: int,
    hole: Points,
    witnesses: Points,
    *,
    source: Sources,
    motion: Motion,
    reach: int,
    most: int,
) -> tuple[Votes, Votes]:
    """Follow points forwards and backwards and sample every frame that shows them.

    frame      the frame that the points lie in
    hole       n points to be filled; one that ``most`` frames have shown is not followed further
    witnesses  m points beside the hole whose colour is known here; sampled in every frame that is visited for the hole
    source     frames to copy from
    motion     steps between neighbours
    reach      frames, how far to look to either side
    returns    votes of the hole (k = most) and of the witnesses (k = 2 reach); frames are visited one at a time, in
               order of distance, later ones first
    """
    votes, known = _no_votes(most, len(hole.x)), _no_votes(2 * reach, len(witnesses.x))
    taken, heard = np.zeros(len(hole.x), np.intp), np.zeros(len(witnesses.x), np.intp)
    ways = {sign: _way(hole) for sign in (1, -1)}
    escorts = {sign: _way(witnesses) for sign in (1, -1)}
    for distance in range(1, reach + 1):
        for sign in (1, -1):
            way, escort = ways[sign], escorts[sign]
            way.keep(taken[way.index] < most)
            here, there = frame + sign * (distance - 1), frame + sign * distance
            step = motion(here, there) if len(way.index) else None
            if step is None:
                way.keep(np.zeros(len(way.index), np.bool_))
                continue
            back = motion(there, here)
            way.move(step, back)
            escort.move(step, back)
            picture = source(there)
            if picture is not None:
                _take(votes, taken, way, picture, there - frame)
                _take(known, heard, escort, picture, there - frame)
    return votes, known


def _no_votes(most: int, count: int) -> Votes:
    shape = (most, count)
    return Votes(
        sharp=np.zeros((*shape, 3), np.float32),
        soft=np.zeros((*shape, 3), np.float32),
        nearest=np.zeros((*shape, 3), np.float32),
        offset=np.zeros(shape, np.int16),
        phase=np.zeros(shape, np.float32),
        mismatch=np.zeros(shape, np.float32),
        flowing=np.zeros(shape, np.bool_),
        clean=np.zeros(shape, np.bool_),
    )


def _way(points: Points) -> _Way:
    return _Way(np.arange(len(points.x)), points, np.zeros(len(points.x)))


def _take(votes: Votes, taken: NDArray[np.intp], way: _Way, picture: Source, offset: int) -> None:
    seen = np.flatnonzero(visible(way.points, picture))
    shown, at = way.points[seen], way.index[seen]
    samples, slot = sample(shown, picture), taken[at]
    votes.sharp[slot, at] = samples.sharp
    votes.soft[slot, at] = samples.soft
    votes.nearest[slot, at] = samples.nearest
    votes.offset[slot, at] = offset
    votes.phase[slot, at] = samples.phase
    votes.mismatch[slot, at] = way.mismatch[seen]
    votes.flowing[slot, at] = shown.flowing
    votes.clean[slot, at] = picture.clean
    taken[at] += 1


def _mismatch(before: Points, after: Points, back: Step | None) -> NDArray[np.float64]:
    if back is None:
        return np.zeros(len(before.x))
    again = advance(after, back)
    gap = np.hypot(again.x - before.x, again.y - before.y)
    return np.where(np.isfinite(gap), gap, np.inf)
