"""How well a velocity explains what the other frames show of a place that is hidden in this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.field import project, rescaled
from vfxlib.motion.measure import Pair, measured_from
from vfxlib.motion.sampling import pixel_grid, sample, sample_nearest
from vfxlib.motion.trajectory import Course
from vfxlib.motion.view import View

__all__ = ["SightingCost", "Sightings"]

DIFFERENT = 0.12  # working code values: from here on two pixels differ, however much
ASTRAY = 1.5  # view pixels: a source that moves this much otherwise shows another thing
MOTION = 0.5  # weight of moving alike against looking alike
UNSEEN = 0.6  # cost of looks that cannot be compared
UNTOLD = 0.5  # cost of motion that cannot be compared
APART = 2  # frames between two sightings on one side, so that they can contradict each other
PER_SIDE = 2
RIM = 3  # view pixels kept around what can be reached: a sample touches its neighbours
# which sightings are compared: nearest after with nearest before, and two on each side
PAIRS = ((0, 2, 1.0), (0, 1, 0.5), (2, 3, 0.5))


@dataclass(frozen=True)
class Sightings:
    """What n points look like in the frames that show them: two after, two before, nearest first.

    colour    [4 n c]  working code values
    frame     [4 n]    frame number, -1 = not seen
    measured  [4 n 3]  measured motion there, by one more frame away from this one, view pixels; third is 1 if trusted
    refused   [n]      sightings that were passed over, for another thing was in the way
    """

    colour: Array
    frame: NDArray[np.int32]
    measured: Array
    refused: Array


class SightingCost:
    """The window of frames around one frame, laid out to be asked about points and their velocities."""

    def __init__(
        self,
        frame: int,
        views: Mapping[int, View],
        pairs: Mapping[int, Pair],
        courses: Mapping[int, Course],
        points: NDArray[np.intp],
        velocities: tuple[Array, Array],
    ) -> None:
        """Lay out a window.

        frame    the frame that the points lie in
        views    all frames of the window
        pairs    frame -> motion between it and the next
        courses  frame -> where the points lie there
        points   [n 2]  integer positions, x and y
        velocities      least and largest [2] that will be asked about: frames are kept where these can lead, no farther
        """
        self.frame, self.courses = frame, courses
        self.sides: tuple[Sequence[int], ...] = (
            sorted(t for t in courses if t > frame),
            sorted((t for t in courses if t < frame), reverse=True),
        )
        self.pictures: dict[int, Array] = {}
        self.motions: dict[int, Array] = {}
        self.corners: dict[int, Array] = {}
        for t, course in courses.items():
            left, top, right, bottom = _reached(course, len(points), velocities, views[frame].known.shape)
            part = slice(top, bottom), slice(left, right)
            self.pictures[t] = np.ascontiguousarray(_with_holes(views[t])[part])
            self.motions[t] = np.ascontiguousarray(_away(t, 1 if t > frame else -1, views[t], pairs)[part])
            self.corners[t] = np.array([left, top], np.float32)
        here = views[frame]
        self.shown = here.known[points[:, 1], points[:, 0]]
        self.here = here.working[points[:, 1], points[:, 0]]

    def look(self, index: NDArray[np.intp], velocity: Array) -> Sightings:
        """Gather the sightings of the points ``index`` [m] that move with ``velocity`` [m 2]."""
        count, channels = len(index), self.here.shape[1]
        found = Sightings(
            np.zeros((2 * PER_SIDE, count, channels), np.float32),
            np.full((2 * PER_SIDE, count), -1, np.int32),
            np.zeros((2 * PER_SIDE, count, 3), np.float32),
            np.zeros(count, np.float32),
        )
        for side, frames in enumerate(self.sides):
            pending = np.arange(count)
            taken = np.zeros(count, np.intp)
            last = np.full(count, -(1 << 20))
            for t in frames:
                if not len(pending):
                    break
                at = self.courses[t].positions(index[pending], velocity[pending]) - self.corners[t]
                picture = sample(self.pictures[t], at, outside=1.0)
                seen = picture[:, -1] < 0.01
                which, at, picture = pending[seen], at[seen], picture[seen]
                motion = sample_nearest(self.motions[t], at)
                astray = self._astray(t, index[which], velocity[which], motion) > 2 * ASTRAY
                found.refused[which[astray]] += 1
                apart = np.abs(t - last[which]) >= APART
                use = ~astray & apart
                which = which[use]
                slot = side * PER_SIDE + taken[which]
                found.colour[slot, which] = picture[use, :-1]
                found.frame[slot, which] = t
                found.measured[slot, which] = motion[use]
                taken[which] += 1
                last[which] = t
                pending = pending[taken[pending] < PER_SIDE]
        return found

    def _astray(self, t: int, index: NDArray[np.intp], velocity: Array, measured: Array) -> Array:
        """How far the motion measured at a sighting departs from the point's own, view pixels; 0 where not trusted."""
        further = t + 1 if t > self.frame else t - 1
        nearer = 2 * t - further
        if further in self.courses:
            own = self.courses[further].positions(index, velocity) - self.courses[t].positions(index, velocity)
        elif nearer in self.courses:
            own = self.courses[t].positions(index, velocity) - self.courses[nearer].positions(index, velocity)
        else:
            return np.zeros(len(index), np.float32)
        gap = own - measured[:, :2]
        return np.where(measured[:, 2] > 0.5, np.hypot(gap[:, 0], gap[:, 1]), 0).astype(np.float32)

    def cost(self, index: NDArray[np.intp], velocity: Array, found: Sightings) -> Array:
        """Judge velocities by their sightings: [m], 0 = all agree."""
        count = len(index)
        looks, weight = np.zeros(count, np.float32), np.zeros(count, np.float32)
        seen = found.frame >= 0

        def compare(a: Array, b: Array, both: NDArray[np.bool_], share: float) -> None:
            error = np.minimum(np.abs(a - b).mean(axis=1), DIFFERENT) / DIFFERENT
            looks[...] += np.where(both, share * error, 0)
            weight[...] += share * both

        for a, b, share in PAIRS:
            compare(found.colour[a], found.colour[b], seen[a] & seen[b], share)
        for a in (0, PER_SIDE):
            compare(found.colour[a], self.here[index], seen[a] & self.shown[index], 1.0)
        looks = np.where(weight > 0, looks / np.maximum(weight, 1e-6), UNSEEN)
        moves, told = np.minimum(found.refused, 2), np.minimum(found.refused, 2)
        for k in range(2 * PER_SIDE):
            for t in np.unique(found.frame[k]):
                if t < 0:
                    continue
                use = np.flatnonzero((found.frame[k] == t) & (found.measured[k, :, 2] > 0.5))
                gap = self._astray(int(t), index[use], velocity[use], found.measured[k, use])
                moves[use] += np.minimum(gap, ASTRAY) / ASTRAY
                told[use] += 1
        moves = np.where(told > 0, moves / np.maximum(told, 1), UNTOLD)
        return np.asarray(looks + MOTION * moves, np.float32)

    def again(self, index: NDArray[np.intp], velocity: Array, found: Sightings) -> Sightings:
        """Look once more at slightly other velocities, in the frames of a first look only."""
        colour = np.zeros_like(found.colour)
        for t in self.courses:
            slot, which = np.nonzero(found.frame == t)
            if len(which):
                at = self.courses[t].positions(index[which], velocity[which]) - self.corners[t]
                colour[slot, which] = sample(self.pictures[t], at)[:, :-1]
        return Sightings(colour, found.frame, found.measured, found.refused)


def _reached(
    course: Course, count: int, velocities: tuple[Array, Array], shape: tuple[int, ...]
) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of where the points can lie: positions are affine in velocity, so its corners tell."""
    height, width = shape
    every = np.arange(count)
    low, high = np.array([width, height], np.float64), np.zeros(2)
    for u in (velocities[0][0], velocities[1][0]):
        for v in (velocities[0][1], velocities[1][1]):
            at = course.positions(every, np.broadcast_to(np.array([u, v], np.float32), (count, 2)))
            low, high = np.minimum(low, at.min(axis=0)), np.maximum(high, at.max(axis=0))
    # one pixel at least, so that there is something to read even where nothing leads into the picture
    left, top = (int(np.clip(np.floor(x) - RIM, 0, side - 1)) for x, side in zip(low, (width, height), strict=True))
    right, bottom = (int(np.clip(np.ceil(x) + RIM, 1, side)) for x, side in zip(high, (width, height), strict=True))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _with_holes(view: View) -> Array:
    """The picture, and a last channel that is above 0 within a pixel of what is unknown: a sample must not touch it."""
    hidden = cv2.dilate((~view.known).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    return np.ascontiguousarray(np.concatenate([view.working, hidden[..., None]], axis=2))


def _away(frame: int, sign: int, view: View, pairs: Mapping[int, Pair]) -> Array:
    """Motion of a frame's pixels by one more frame away: measured so, else turned round from the way back: [h w 3]."""
    height, width = view.known.shape
    grid = pixel_grid(height, width)
    scale = np.array(view.scale, np.float32)
    away = np.zeros((height, width, 3), np.float32)
    ways = measured_from(frame, pairs)
    for way in ways if sign > 0 else ways[::-1]:
        moved = project(rescaled(way.motion.homography, view.scale), grid) - grid
        if way.motion.residual is not None:
            moved = moved + way.motion.residual * scale
        new = way.trusted(view.scale) & (away[..., 2] == 0)
        away[new, :2] = moved[new] * (way.sign * sign)
        away[new, 2] = 1
    return away
