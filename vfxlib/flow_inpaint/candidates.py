"""Candidates for the pixels of a hole: what the other frames of the shot show there.

Frames are counted by their index in the job, not by their number.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.flow_inpaint.resample import Samples, sample, sample_rim, visible, visible_rim
from vfxlib.flow_inpaint.source import Source
from vfxlib.image.picture import Array
from vfxlib.motion import Motion
from vfxlib.motion.tracking import Points, ResidualFlow, advance, residual_at

__all__ = ["RESIDUAL_CHANGE", "Candidates", "Motions", "Sources", "coarseness", "gather_candidates"]

RESIDUAL_CHANGE = 1.0  # pixels of the measured motion: beside the median, no camera does more from frame to frame

Motions = Callable[[int, int], Motion | None]
"""``motion(a, b)``: from the frame of index a to the neighbour b; None across a cut, beyond an end, or if unknown."""

Sources = Callable[[int], Source | None]
"""``source(index)``: frame to copy from, or None where there is none; asked for in order of distance, once per hole."""


@dataclass(frozen=True)
class Candidates:
    """Up to k sightings of n points, nearest in time first.

    sharp, soft, nearest  [k n 3]  linear colour, as in Samples; 0 where there is no candidate
    offset    [k n]  index of the source frame minus this one's; 0 = no candidate
    phase     [k n]  distance to the nearest pixel's centre in the source, pixels
    mismatch  [k n]  forward-backward disagreement summed along the track, pixels
    flowing   [k n]  True where more than the homography carried the point
    clean     [k n]  True where an artist painted the source
    crossed   [k n]  True where something moves across there that is not the background, or within the matte's margin;
                     such a candidate stands only as long as there is no other
    place     [k n 2]  where in the source it lies: x and y, display window's frame; [k n 0] if that is not kept
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
    place: Array

    @property
    def present(self) -> NDArray[np.bool_]:
        """[k n]  True where there is a candidate."""
        return np.asarray(self.offset != 0)


@dataclass
class _Track:
    """Points tracked in one direction of time.

    which     which points they are
    points    where they are now
    residual  the flow that carries them on besides the homography
    mismatch  forward-backward disagreement so far, pixels
    """

    which: NDArray[np.intp]
    points: Points
    residual: ResidualFlow
    mismatch: NDArray[np.float64]

    def keep(self, chosen: NDArray[np.bool_]) -> None:
        if chosen.all():
            return
        self.which, self.points, self.mismatch = self.which[chosen], self.points[chosen], self.mismatch[chosen]
        self.residual = (self.residual[0][chosen], self.residual[1][chosen])

    def move(self, motion: Motion, back: Motion | None) -> None:
        moved = advance(self.points, motion, self.residual)
        self.mismatch = self.mismatch + _mismatch(self.points, moved, back)
        self.points = moved

    def residual_change(self, after: Motion | None) -> tuple[ResidualFlow, NDArray[np.float64]]:
        """The residual flow of the next motion, and how far that is from what has carried the points."""
        if after is None:
            return self.residual, np.zeros(len(self.which))
        u, v = residual_at(self.points, after)
        return (u, v), np.hypot(u - self.residual[0], v - self.residual[1])


def gather_candidates(
    index: int,
    hole: Points,
    control: Points,
    *,
    source: Sources,
    motion: Motions,
    reach: int,
    most: int,
    places: bool = False,
) -> tuple[Candidates, Candidates]:
    """Track points forwards and backwards and sample every frame that shows them.

    index    the frame that the points lie in
    hole     n points to be filled; one that ``most`` frames have shown is not tracked further
    control  m control points beside the hole, whose colour is known here; sampled in every frame visited for the hole
    source   frames to copy from
    motion   between neighbours
    reach    frames, how far to look to either side
    places   True keeps where in its source each candidate of the hole lies
    returns  candidates of the hole (k = most) and of the control points (k = 2 reach); frames are visited one at a
             time, in order of distance, later ones first
    """
    candidates, controls = _no_candidates(most, len(hole.x), places), _no_candidates(2 * reach, len(control.x))
    count, control_count = np.zeros(len(hole.x), np.intp), np.zeros(len(control.x), np.intp)
    motions = {sign: motion(index, index + sign) if len(hole.x) else None for sign in (1, -1)}
    tracks = {sign: _track(hole, motions[sign]) for sign in (1, -1)}
    control_tracks = {sign: _track(control, motions[sign]) for sign in (1, -1)}
    for distance in range(1, reach + 1):
        for sign in (1, -1):
            track, control_track, onward = tracks[sign], control_tracks[sign], motions[sign]
            other = index + sign * distance
            if onward is None:
                continue
            track.keep(count[track.which] < most)
            if not len(track.which):
                motions[sign] = None
                continue
            back = motion(other, other - sign)
            track.move(onward, back)
            control_track.move(onward, back)
            picture = source(other)
            after = motion(other, other + sign) if distance < reach else None
            limit = _add_candidates(controls, control_count, control_track, picture, other - index, after, np.inf)
            _add_candidates(candidates, count, track, picture, other - index, after, limit)
            motions[sign] = after
    return candidates, controls


def _no_candidates(most: int, count: int, places: bool = False) -> Candidates:
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
        place=np.zeros((*shape, 2 if places else 0), np.float32),
    )


def _track(points: Points, motion: Motion | None) -> _Track:
    none = np.zeros(len(points.x))
    residual = residual_at(points, motion) if motion is not None else (none, none)
    return _Track(np.arange(len(points.x)), points, residual, none)


def _add_candidates(
    candidates: Candidates,
    count: NDArray[np.intp],
    track: _Track,
    picture: Source | None,
    offset: int,
    after: Motion | None,
    limit: float,
) -> float:
    """Add a frame's samples of the points that it shows, and choose the residual flow that carries every point on.

    count    [n]  candidates that each point has so far; counted up here
    limit    pixels: where the residual flow changes by more, something crosses the background and carries it away;
             inf for points that set it
    returns  the limit
    """
    residual, change = track.residual_change(after)
    seen = visible(track.points, picture) if picture is not None else np.zeros(len(track.which), np.bool_)
    changed = change > limit
    crossed = seen & changed
    # the background goes on as it did behind what crosses it; where both are hidden, so does what crosses it
    held = changed if after is not None and after.layered else crossed
    if held.any():
        before = track.residual
        residual = (np.where(held, before[0], residual[0]), np.where(held, before[1], residual[1]))
    track.residual = residual
    if picture is not None:
        _add(candidates, count, track, picture, offset, np.flatnonzero(seen), sample, crossed[seen])
        rim = np.flatnonzero(~seen)
        waiting = track.which[rim]
        rim = rim[(count[waiting] == 0) & (candidates.offset[0, waiting] == 0)]
        rim = rim[visible_rim(track.points[rim], picture)]
        _add(candidates, count, track, picture, offset, rim, sample_rim, np.ones(len(rim), np.bool_))
    if limit < np.inf:
        return limit
    median = float(np.median(change[seen])) if seen.any() else 0.0
    return RESIDUAL_CHANGE * coarseness(after) + 3 * median


def _add(
    candidates: Candidates,
    count: NDArray[np.intp],
    track: _Track,
    picture: Source,
    offset: int,
    chosen: NDArray[np.intp],
    read: Callable[[Points, Source], Samples],
    doubtful: NDArray[np.bool_],
) -> None:
    """Add samples of some of a track's points; a doubtful one holds the first slot until a better one comes."""
    at = track.which[chosen]
    doubtful = doubtful & (not picture.clean)
    if doubtful.any():
        worth = np.flatnonzero(~doubtful | ((count[at] == 0) & (candidates.offset[0, at] == 0)))
        at, doubtful, chosen = at[worth], doubtful[worth], chosen[worth]
    if not len(at):
        return
    points = track.points[chosen]
    samples = read(points, picture)
    place = count[at] * candidates.offset.shape[1] + at
    for colour, read_there in ((candidates.sharp, samples.sharp), (candidates.soft, samples.soft)):
        colour.reshape(-1, 3)[place] = read_there
    candidates.nearest.reshape(-1, 3)[place] = samples.nearest
    candidates.offset.reshape(-1)[place] = offset
    candidates.phase.reshape(-1)[place] = samples.phase
    candidates.mismatch.reshape(-1)[place] = track.mismatch[chosen]
    candidates.flowing.reshape(-1)[place] = points.flowing
    candidates.clean.reshape(-1)[place] = picture.clean
    candidates.crossed.reshape(-1)[place] = doubtful
    if candidates.place.shape[2]:
        candidates.place.reshape(-1, 2)[place] = np.stack([points.x, points.y], axis=1)
    count[at] += ~doubtful


def coarseness(motion: Motion | None) -> float:
    """Plate pixels per pixel of the residual: motion is measured no finer than a share of these; 1 without one."""
    return motion.size[0] / motion.residual.shape[1] if motion is not None and motion.residual is not None else 1.0


def _mismatch(before: Points, after: Points, back: Motion | None) -> NDArray[np.float64]:
    """Forward-backward disagreement, pixels; infinite for a point that is lost."""
    if back is None:
        return np.zeros(len(before.x))
    again = advance(after, back)
    gap = np.hypot(again.x - before.x, again.y - before.y)
    return np.where(np.isfinite(gap), gap, np.inf)
