"""What of a hole other frames show: mattes laid over each other along a coarse motion of the background.

A place counts as shown where the motion around the hole leads to what is known in another frame; or where a velocity
that occurs elsewhere in the frame does so in two frames that look alike and move so there, for water behind a boat does
not move as its banks do. It is an estimate: whether a place is seen, not whether it can be copied well. Frames are
counted by their index in the job.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.coarse import CoarseFrame
from vfxlib.motion.field import Matrix, project
from vfxlib.motion.measure import Pair, measured_from
from vfxlib.motion.sampling import eroded, gaussian_pull_push, sample
from vfxlib.motion.velocity_clusters import velocity_clusters

__all__ = ["FrameSightings", "frames_to_paint", "sightings_of", "uncovered_share"]

MOST_POINTS = 12_000  # of a frame's hole that are looked at
ENOUGH = 12  # frames that show a place: more are not counted
FOOTPRINT = 1.0  # coarse pixels around what is known that a sample touches
MOST_VELOCITIES = 2500  # of a motion that are kept to choose from
VELOCITIES = 4  # of the frame that are tried where its motion leads to nothing; more find something to copy anywhere
ALIKE = 0.04  # working code values by which two frames may differ that show one place
SEEN = 0.99  # of a sample from what is known: none of its pixels is hidden
TIE = 0.98  # of the best gain: of frames that help as much the middle one is nearest to all
OWN_PART = 0.25  # of the most that a frame hides: one that hides less itself is none to paint
OTHER_MOTION = 2.0  # coarse pixels a frame: a source that moves this much otherwise shows another thing
PER_SIDE = 2  # frames on either side that are compared


@dataclass(frozen=True)
class FrameSightings:
    """How often other frames show the hole of one frame, at n places of it.

    rows, columns  [n]    coarse pixels
    step                  coarse pixels from one place to the next, down and right
    weight         [n]    share of the place that must go
    count          [n]    frames that show it, ``ENOUGH`` at most
    bare           [m]    which places no frame shows
    first, inside         index of the first frame in reach, and [k m] True where these lie within the picture of the
                          frames from there on
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    step: int
    weight: Array
    count: NDArray[np.intp]
    bare: NDArray[np.intp]
    first: int
    inside: NDArray[np.bool_]

    @property
    def area(self) -> float:
        """Coarse pixels that must go."""
        return float(self.weight.sum()) * self.step**2

    @property
    def share(self) -> float:
        """Share of the hole that is shown, 0..1; 1 without a hole."""
        total = float(self.weight.sum())
        return float(self.weight[self.count > 0].sum()) / total if total else 1.0

    def count_map(self, shape: tuple[int, int]) -> NDArray[np.int32]:
        """[h w] frames that show each coarse pixel of the hole; -1 outside of it."""
        counts = np.full(shape, -1, np.int32)
        for down in range(self.step):
            for right in range(self.step):
                rows, columns = self.rows + down, self.columns + right
                there = (rows < shape[0]) & (columns < shape[1])
                counts[rows[there], columns[there]] = self.count[there]
        return counts


def uncovered_share(sightings: Collection[FrameSightings]) -> float:
    """Share of all holes together that is shown, 0..1; 1 where there is no hole."""
    total = sum(each.area for each in sightings)
    return sum(each.area * each.share for each in sightings) / total if total else 1.0


def sightings_of(
    frames: Sequence[CoarseFrame],
    pairs: Mapping[int, Pair],
    *,
    reach: int,
    margin: float,
    painted: Collection[int] = (),
) -> Iterator[FrameSightings]:
    """Count for every frame in turn how many others show its hole.

    frames   of the shot
    pairs    index -> motion between that frame and the next; none across a cut
    reach    frames to either side that are looked at
    margin   coarse pixels around a matte, and what holds no light, that show nothing
    painted  frames in which nothing is hidden any more, by index
    """
    ways = _Ways(pairs)
    shown = [
        np.ones(frame.hole.shape, np.float32)
        if index in painted
        else eroded(frame.known, margin + FOOTPRINT).astype(np.float32)
        for index, frame in enumerate(frames)
    ]
    for index in range(len(frames)):
        yield _frame_sightings(index, frames, shown, ways, reach, painted=index in painted)


def _places(hole: Array) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Places of a hole: all, or those of a grid in a large one."""
    step = max(1, int(np.ceil(np.sqrt(np.count_nonzero(hole) / MOST_POINTS))))
    rows, columns = np.nonzero(hole[::step, ::step])
    return rows * step, columns * step, step


@dataclass(frozen=True)
class _Way:
    """Motion from a frame to one neighbour.

    residual   [h w 2]  on top of the homography; carried on smoothly where it is not measured; None where there is none
    velocities [n 2]    some of what is measured, coarse pixels to that neighbour
    """

    homography: Matrix
    residual: Array | None
    velocities: Array


class _Ways:
    """From every frame to both neighbours, made when it is first asked for."""

    def __init__(self, pairs: Mapping[int, Pair]) -> None:
        self._pairs = pairs
        self._known: dict[tuple[int, int], _Way] = {}

    def way(self, index: int, sign: int) -> _Way | None:
        if (index, sign) not in self._known:
            for measured in measured_from(index, self._pairs):
                residual, velocities = measured.motion.residual, np.zeros((0, 2), np.float32)
                if residual is not None:
                    trusted = measured.trusted((1.0, 1.0))
                    velocities = residual[trusted][:: max(1, int(trusted.sum()) // MOST_VELOCITIES)]
                    residual = gaussian_pull_push(residual, trusted) if trusted.any() else None
                self._known[index, measured.sign] = _Way(measured.motion.homography, residual, velocities)
        return self._known.get((index, sign))

    def moves_so(self, index: int, at: Array, velocity: Array) -> NDArray[np.bool_]:
        """Tell which of n places of a frame have about this velocity, coarse pixels a frame, forwards."""
        way = self.way(index, 1) or self.way(index, -1)
        assert way is not None, "a frame that is reached has a neighbour"
        own = np.zeros_like(at) if way.residual is None else sample(way.residual, at)
        sign = np.float32(1 if self.way(index, 1) is way else -1)
        return np.asarray(np.hypot(*(sign * own - velocity).T) < OTHER_MOTION)

    def velocities(self, index: int) -> Array:
        """A few velocities that occur in a frame: [k 2] coarse pixels a frame, forwards."""
        ways = [(sign, self.way(index, sign)) for sign in (1, -1)]
        both = [np.float32(sign) * way.velocities for sign, way in ways if way is not None]
        return velocity_clusters(np.concatenate([*both, np.zeros((0, 2), np.float32)]), VELOCITIES, index)


def _frame_sightings(
    index: int,
    frames: Sequence[CoarseFrame],
    shown: Sequence[Array],
    ways: _Ways,
    reach: int,
    *,
    painted: bool,
) -> FrameSightings:
    frame = frames[index]
    rows, columns, step = _places(frame.hole)
    first, last = max(0, index - reach), min(len(shown) - 1, index + reach)
    count = np.full(len(rows), ENOUGH if painted else 0, np.intp)
    inside = np.zeros((last - first + 1, len(rows)), np.bool_)
    inside[index - first] = True
    height, width = frame.hole.shape
    places = np.stack([columns, rows], axis=-1).astype(np.float32)
    for sign in (1, -1):
        which, at = np.arange(len(rows)), places
        for other in range(index + sign, last + 1 if sign > 0 else first - 1, sign):
            keep = count[which] < ENOUGH
            which, at = which[keep], at[keep]
            way = ways.way(other - sign, sign)
            if way is None or not len(which):
                break
            moved = project(way.homography, at)
            if way.residual is not None:
                moved = moved + sample(way.residual, at)
            at = moved.astype(np.float32)
            count[which] += sample(shown[other], at, outside=0.0) > SEEN
            inside[other - first, which] = (at >= 0).all(axis=1) & (at[:, 0] <= width - 1) & (at[:, 1] <= height - 1)
    for velocity in ways.velocities(index) if (count == 0).any() else ():
        bare = np.flatnonzero(count == 0)
        count[bare] = _alike_sightings(index, places[bare], velocity, frames, shown, ways, (first, last))
    bare = np.flatnonzero(count == 0)
    return FrameSightings(rows, columns, step, frame.hole[rows, columns], count, bare, first, inside[:, bare])


def _alike_sightings(
    index: int,
    places: Array,
    velocity: Array,
    frames: Sequence[CoarseFrame],
    shown: Sequence[Array],
    ways: _Ways,
    window: tuple[int, int],
) -> NDArray[np.intp]:
    """How many frames show n places that move with one velocity on top of the homography; 0 where no two look alike."""
    sides = []
    for sign in (1, -1):
        at, taken = places, np.zeros(len(places), np.intp)
        colour = np.full((PER_SIDE, *places.shape[:1], frames[index].working.shape[2]), np.nan, np.float32)
        for other in range(index + sign, window[1] + 1 if sign > 0 else window[0] - 1, sign):
            way = ways.way(other - sign, sign)
            if way is None:
                break
            at = (project(way.homography, at) + np.float32(sign) * velocity).astype(np.float32)
            waiting = np.flatnonzero((sample(shown[other], at, outside=0.0) > SEEN) & (taken < PER_SIDE))
            seen = waiting[ways.moves_so(other, at[waiting], velocity)]
            colour[taken[seen], seen] = sample(frames[other].working, at[seen])
            taken[seen] += 1
        sides.append(colour)
    colours = np.concatenate(sides)
    alike = np.zeros(len(places), np.bool_)
    for a, b in combinations(colours, 2):
        alike |= np.abs(a - b).mean(axis=1) < ALIKE  # of NaN, which is no sighting, never
    return np.where(alike, np.isfinite(colours[..., 0]).sum(axis=0), 0)


def frames_to_paint(sightings: Sequence[FrameSightings], *, wanted: float, most: int, worth: float) -> dict[int, float]:
    """Choose few frames that show most of what no other frame shows once they are painted by hand: greedy set cover.

    wanted   share of all holes together that is enough, 0..1
    most     frames to choose
    worth    share of all holes that a frame must add
    returns  index -> share that is shown once it and those before it are painted; in the order of what they help
    """
    total = sum(each.area for each in sightings)
    share = uncovered_share(sightings)
    left = [each.weight[each.bare] * each.step**2 for each in sightings]
    chosen: dict[int, float] = {}
    gains = np.zeros(len(sightings))
    for each, weight in zip(sightings, left, strict=True):
        gains[each.first : each.first + len(each.inside)] += each.inside @ weight
    own = np.array([weight.sum() for weight in left])
    gains[own < OWN_PART * own.max(initial=0)] = 0
    while gains.any() and share < wanted and len(chosen) < most:
        if gains.max() < worth * total:
            break
        best = _middle(np.flatnonzero(gains >= TIE * gains.max()))
        share += gains[best] / total
        chosen[best] = float(share)
        for each, weight in zip(sightings, left, strict=True):
            if each.first <= best < each.first + len(each.inside):
                taken = np.where(each.inside[best - each.first], weight, 0)
                gains[each.first : each.first + len(each.inside)] -= each.inside @ taken
                weight -= taken
    return chosen


def _middle(frames: NDArray[np.intp]) -> int:
    return int(frames[len(frames) // 2])
