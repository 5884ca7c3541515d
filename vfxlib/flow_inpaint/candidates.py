"""What the other frames of the shot show at the pixels of a hole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.flow_inpaint.resample import sample, visible
from vfxlib.flow_inpaint.source import Source
from vfxlib.flow_inpaint.tracking import Points, ResidualFlow, Step, advance, residual_at
from vfxlib.image.picture import Array

__all__ = ["Candidates", "Motion", "Sources", "gather_candidates"]

SWERVE = 1.0  # pixels of the measured motion: more than a camera does from one frame to the next besides the usual

Motion = Callable[[int, int], Step | None]
"""``motion(a, b)``: the step from frame a to the neighbour b; None across a cut, beyond an end, or if unknown."""

Sources = Callable[[int], Source | None]
"""``source(t)``: frame t to copy from, or None where there is none; asked for in order of distance, once per hole."""


@dataclass(frozen=True)
class Candidates:
    """Up to k sightings of n points, nearest in time first.

    sharp, soft, nearest  [k n 3]  linear colour, as in Samples; 0 where there is no vote
    offset    [k n]  source frame minus this one; 0 = no vote
    phase     [k n]  distance to the nearest pixel's centre in the source, pixels
    mismatch  [k n]  forward-backward disagreement summed along the way, pixels
    flowing   [k n]  True where more than the homography carried the point
    clean     [k n]  True where an artist painted the source
    crossed   [k n]  True where something moves across there that is not the background; such a vote stands only as long
                     as there is no other
    """

    sharp: Array
    soft: Array
    nearest: Array
    offset: NDArray[np.int16]
    phase: Array
    mismatch: Array
    flowing: NDArray[np.bool_]
    clean: NDArray[np.bool_]
    crossed: NDArray[np.bool_]

    @property
    def cast(self) -> NDArray[np.bool_]:
        """[k n]  True where there is a vote."""
        return np.asarray(self.offset != 0)


@dataclass
class _Way:
    """Points on their way in one direction.

    index     which points they are
    points    where they are now
    drive     what carries them on besides the homography
    mismatch  forward-backward disagreement so far, pixels
    """

    index: NDArray[np.intp]
    points: Points
    drive: ResidualFlow
    mismatch: NDArray[np.float64]

    def keep(self, chosen: NDArray[np.bool_]) -> None:
        self.index, self.points, self.mismatch = self.index[chosen], self.points[chosen], self.mismatch[chosen]
        self.drive = (self.drive[0][chosen], self.drive[1][chosen])

    def move(self, step: Step, back: Step | None) -> None:
        moved = advance(self.points, step, self.drive)
        self.mismatch = self.mismatch + _mismatch(self.points, moved, back)
        self.points = moved

    def swerve(self, after: Step | None) -> tuple[ResidualFlow, NDArray[np.float64]]:
        """What the next step would carry the points by, and by how much that differs from what has carried them."""
        if after is None:
            return self.drive, np.zeros(len(self.index))
        u, v = residual_at(self.points, after)
        return (u, v), np.hypot(u - self.drive[0], v - self.drive[1])


def gather_candidates(
    frame: int,
    hole: Points,
    witnesses: Points,
    *,
    source: Sources,
    motion: Motion,
    reach: int,
    most: int,
) -> tuple[Candidates, Candidates]:
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
    steps = {sign: motion(frame, frame + sign) if len(hole.x) else None for sign in (1, -1)}
    ways = {sign: _way(hole, steps[sign]) for sign in (1, -1)}
    escorts = {sign: _way(witnesses, steps[sign]) for sign in (1, -1)}
    for distance in range(1, reach + 1):
        for sign in (1, -1):
            way, escort, step, there = ways[sign], escorts[sign], steps[sign], frame + sign * distance
            if step is None:
                continue
            way.keep(taken[way.index] < most)
            if not len(way.index):
                steps[sign] = None
                continue
            back = motion(there, there - sign)
            way.move(step, back)
            escort.move(step, back)
            picture = source(there)
            after = motion(there, there + sign) if distance < reach else None
            limit = _take(known, heard, escort, picture, there - frame, after, np.inf)
            _take(votes, taken, way, picture, there - frame, after, limit)
            steps[sign] = after
    return votes, known


def _no_votes(most: int, count: int) -> Candidates:
    shape = (most, count)
    return Candidates(
        sharp=np.zeros((*shape, 3), np.float32),
        soft=np.zeros((*shape, 3), np.float32),
        nearest=np.zeros((*shape, 3), np.float32),
        offset=np.zeros(shape, np.int16),
        phase=np.zeros(shape, np.float32),
        mismatch=np.zeros(shape, np.float32),
        flowing=np.zeros(shape, np.bool_),
        clean=np.zeros(shape, np.bool_),
        crossed=np.zeros(shape, np.bool_),
    )


def _way(points: Points, step: Step | None) -> _Way:
    none = np.zeros(len(points.x))
    drive = residual_at(points, step) if step is not None else (none, none)
    return _Way(np.arange(len(points.x)), points, drive, none)


def _take(
    votes: Candidates,
    taken: NDArray[np.intp],
    way: _Way,
    picture: Source | None,
    offset: int,
    after: Step | None,
    limit: float,
) -> float:
    """Let a frame vote on the points that it shows, and choose what carries every point on.

    limit    pixels: what swerves by more is carried away by something that crosses the background
    returns  the limit that these points would set themselves
    """
    drive, swerve = way.swerve(after)
    seen = visible(way.points, picture) if picture is not None else np.zeros(len(way.index), np.bool_)
    crossed = seen & (swerve > limit)
    # the background goes on as it did behind what crosses it
    way.drive = (np.where(crossed, way.drive[0], drive[0]), np.where(crossed, way.drive[1], drive[1]))
    if picture is not None:
        at = way.index[seen]
        doubtful = crossed[seen] & (not picture.clean)
        # a doubtful vote holds the first place until a better one comes
        worth = np.flatnonzero(~doubtful | ((taken[at] == 0) & (votes.offset[0, at] == 0)))
        at, doubtful = at[worth], doubtful[worth]
        which = np.flatnonzero(seen)[worth]
        shown, slot = way.points[which], taken[at]
        samples = sample(shown, picture)
        votes.sharp[slot, at] = samples.sharp
        votes.soft[slot, at] = samples.soft
        votes.nearest[slot, at] = samples.nearest
        votes.offset[slot, at] = offset
        votes.phase[slot, at] = samples.phase
        votes.mismatch[slot, at] = way.mismatch[which]
        votes.flowing[slot, at] = shown.flowing
        votes.clean[slot, at] = picture.clean
        votes.crossed[slot, at] = doubtful
        taken[at] += ~doubtful
    usual = float(np.median(swerve[seen])) if seen.any() else 0.0
    return SWERVE * _coarseness(after) + 3 * usual


def _coarseness(step: Step | None) -> float:
    """Plate pixels per pixel of the residual: motion is measured no finer than a share of these."""
    return step.size[0] / step.residual.shape[1] if step is not None and step.residual is not None else 1.0


def _mismatch(before: Points, after: Points, back: Step | None) -> NDArray[np.float64]:
    if back is None:
        return np.zeros(len(before.x))
    again = advance(after, back)
    gap = np.hypot(again.x - before.x, again.y - before.y)
    return np.where(np.isfinite(gap), gap, np.inf)
