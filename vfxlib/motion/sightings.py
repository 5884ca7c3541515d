"""The data cost of a velocity: how well it explains what the other frames show of what is hidden in this one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.field import project, rescaled
from vfxlib.motion.measure import Pair, measured_from
from vfxlib.motion.sampling import pixel_grid, sample, sample_nearest
from vfxlib.motion.trajectory import Trajectory
from vfxlib.motion.view import View

__all__ = ["SightingCost", "Sightings"]

TRUNCATION = 0.12  # working code values: from here on two pixels differ, however much
MOTION_TRUNCATION = 1.5  # view pixels: a source that moves this much otherwise shows another thing
MOTION_WEIGHT = 0.5  # weight of moving alike against looking alike
UNKNOWN_COLOUR = 0.6  # cost of looks that cannot be compared
UNKNOWN_MOTION = 0.5  # cost of motion that cannot be compared
APART = 2  # frames between two sightings on one side, so that they can contradict each other
PER_SIDE = 2
RIM = 3  # view pixels kept around what can be reached: a sample touches its neighbours
# which sightings are compared: nearest after with nearest before, and two on each side
PAIRS = ((0, 2, 1.0), (0, 1, 0.5), (2, 3, 0.5))


@dataclass(frozen=True)
class Sightings:
    """What n points look like in the frames that show them: two after, two before, nearest first.

    colour    [4 n c]  working code values
    index     [4 n]    of the frame, -1 = not seen
    measured  [4 n 3]  measured motion there, by one more frame away from this one, view pixels; third is 1 if trusted
    rejected  [n]      sightings that were passed over, for another thing was in the way
    """

    colour: Array
    index: NDArray[np.int32]
    measured: Array
    rejected: Array


class SightingCost:
    """The window of frames around one frame, laid out to be asked about points and their velocities."""

    def __init__(
        self,
        index: int,
        views: Mapping[int, View],
        pairs: Mapping[int, Pair],
        trajectories: Mapping[int, Trajectory],
        points: NDArray[np.intp],
        velocities: tuple[Array, Array],
    ) -> None:
        """Lay out a window.

        index         the frame that the points lie in
        views         all frames of the window, by index
        pairs         index -> motion between that frame and the next
        trajectories  index -> where the points lie in that frame
        points        [n 2]  integer positions, x and y
        velocities    least and largest [2] that will be asked about: frames are kept where these can lead, no farther
        """
        self.index, self.trajectories = index, trajectories
        self.sides: tuple[Sequence[int], ...] = (
            sorted(t for t in trajectories if t > index),
            sorted((t for t in trajectories if t < index), reverse=True),
        )
        self.pictures: dict[int, Array] = {}
        self.motions: dict[int, Array] = {}
        self.corners: dict[int, Array] = {}
        for t, trajectory in trajectories.items():
            left, top, right, bottom = _reached(trajectory, len(points), velocities, views[index].known.shape)
            part = slice(top, bottom), slice(left, right)
            self.pictures[t] = np.ascontiguousarray(_with_holes(views[t])[part])
            self.motions[t] = np.ascontiguousarray(_outward_motion(t, 1 if t > index else -1, views[t], pairs)[part])
            self.corners[t] = np.array([left, top], np.float32)
        own = views[index]
        self.known = own.known[points[:, 1], points[:, 0]]
        self.working = own.working[points[:, 1], points[:, 0]]

    def gather(self, which: NDArray[np.intp], velocity: Array) -> Sightings:
        """Gather the sightings of the points ``which`` [m] that move with ``velocity`` [m 2]."""
        count, channels = len(which), self.working.shape[1]
        sightings = Sightings(
            np.zeros((2 * PER_SIDE, count, channels), np.float32),
            np.full((2 * PER_SIDE, count), -1, np.int32),
            np.zeros((2 * PER_SIDE, count, 3), np.float32),
            np.zeros(count, np.float32),
        )
        for side, frames in enumerate(self.sides):
            waiting = np.arange(count)
            taken = np.zeros(count, np.intp)
            last = np.full(count, -(1 << 20))
            for t in frames:
                if not len(waiting):
                    break
                at = self.trajectories[t].positions(which[waiting], velocity[waiting]) - self.corners[t]
                picture = sample(self.pictures[t], at, outside=1.0)
                seen = picture[:, -1] < 0.01
                new, at, picture = waiting[seen], at[seen], picture[seen]
                motion = sample_nearest(self.motions[t], at)
                rejected = self._motion_gap(t, which[new], velocity[new], motion) > 2 * MOTION_TRUNCATION
                sightings.rejected[new[rejected]] += 1
                apart = np.abs(t - last[new]) >= APART
                use = ~rejected & apart
                new = new[use]
                slot = side * PER_SIDE + taken[new]
                sightings.colour[slot, new] = picture[use, :-1]
                sightings.index[slot, new] = t
                sightings.measured[slot, new] = motion[use]
                taken[new] += 1
                last[new] = t
                waiting = waiting[taken[waiting] < PER_SIDE]
        return sightings

    def _motion_gap(self, t: int, which: NDArray[np.intp], velocity: Array, measured: Array) -> Array:
        """How far the motion measured at a sighting departs from the point's own, view pixels; 0 where not trusted."""
        further = t + 1 if t > self.index else t - 1
        nearer = 2 * t - further
        if further in self.trajectories:
            start, end = self.trajectories[t], self.trajectories[further]
        elif nearer in self.trajectories:
            start, end = self.trajectories[nearer], self.trajectories[t]
        else:
            return np.zeros(len(which), np.float32)
        own = end.positions(which, velocity) - start.positions(which, velocity)
        gap = own - measured[:, :2]
        return np.where(measured[:, 2] > 0.5, np.hypot(gap[:, 0], gap[:, 1]), 0).astype(np.float32)

    def cost(self, which: NDArray[np.intp], velocity: Array, sightings: Sightings) -> Array:
        """Judge velocities by their sightings: [m], 0 = all agree."""
        count = len(which)
        colour_cost, weight = np.zeros(count, np.float32), np.zeros(count, np.float32)
        seen = sightings.index >= 0

        def compare(a: Array, b: Array, both: NDArray[np.bool_], share: float) -> None:
            error = np.minimum(np.abs(a - b).mean(axis=1), TRUNCATION) / TRUNCATION
            colour_cost[...] += np.where(both, share * error, 0)
            weight[...] += share * both

        for a, b, share in PAIRS:
            compare(sightings.colour[a], sightings.colour[b], seen[a] & seen[b], share)
        for a in (0, PER_SIDE):
            compare(sightings.colour[a], self.working[which], seen[a] & self.known[which], 1.0)
        colour_cost = np.where(weight > 0, colour_cost / np.maximum(weight, 1e-6), UNKNOWN_COLOUR)
        motion_cost, motion_count = np.minimum(sightings.rejected, 2), np.minimum(sightings.rejected, 2)
        for k in range(2 * PER_SIDE):
            for t in np.unique(sightings.index[k]):
                if t < 0:
                    continue
                use = np.flatnonzero((sightings.index[k] == t) & (sightings.measured[k, :, 2] > 0.5))
                gap = self._motion_gap(int(t), which[use], velocity[use], sightings.measured[k, use])
                motion_cost[use] += np.minimum(gap, MOTION_TRUNCATION) / MOTION_TRUNCATION
                motion_count[use] += 1
        motion_cost = np.where(motion_count > 0, motion_cost / np.maximum(motion_count, 1), UNKNOWN_MOTION)
        return np.asarray(colour_cost + MOTION_WEIGHT * motion_cost, np.float32)

    def gather_again(self, which: NDArray[np.intp], velocity: Array, sightings: Sightings) -> Sightings:
        """Gather the colours once more for slightly other velocities, in the frames of the first sightings only."""
        colour = np.zeros_like(sightings.colour)
        for t in self.trajectories:
            slot, at = np.nonzero(sightings.index == t)
            if len(at):
                points = self.trajectories[t].positions(which[at], velocity[at]) - self.corners[t]
                colour[slot, at] = sample(self.pictures[t], points)[:, :-1]
        return Sightings(colour, sightings.index, sightings.measured, sightings.rejected)


def _reached(
    trajectory: Trajectory, count: int, velocities: tuple[Array, Array], shape: tuple[int, ...]
) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of where the points can lie: positions are affine in velocity, so its corners tell."""
    height, width = shape
    every = np.arange(count)
    low, high = np.array([width, height], np.float64), np.zeros(2)
    for u in (velocities[0][0], velocities[1][0]):
        for v in (velocities[0][1], velocities[1][1]):
            at = trajectory.positions(every, np.broadcast_to(np.array([u, v], np.float32), (count, 2)))
            low, high = np.minimum(low, at.min(axis=0)), np.maximum(high, at.max(axis=0))
    # one pixel at least, so that there is something to read even where nothing leads into the picture
    left, top = (int(np.clip(np.floor(x) - RIM, 0, side - 1)) for x, side in zip(low, (width, height), strict=True))
    right, bottom = (int(np.clip(np.ceil(x) + RIM, 1, side)) for x, side in zip(high, (width, height), strict=True))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def _with_holes(view: View) -> Array:
    """The picture, and a last channel that is above 0 within a pixel of what is unknown: a sample must not touch it."""
    hidden = cv2.dilate((~view.known).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    return np.ascontiguousarray(np.concatenate([view.working, hidden[..., None]], axis=2))


def _outward_motion(index: int, sign: int, view: View, pairs: Mapping[int, Pair]) -> Array:
    """Motion of a frame's pixels by one more frame away: measured so, else turned round from the way back: [h w 3]."""
    height, width = view.known.shape
    grid = pixel_grid(height, width)
    scale = np.array(view.scale, np.float32)
    away = np.zeros((height, width, 3), np.float32)
    both = measured_from(index, pairs)
    for measured in both if sign > 0 else both[::-1]:
        moved = project(rescaled(measured.motion.homography, view.scale), grid) - grid
        if measured.motion.residual is not None:
            moved = moved + measured.motion.residual * scale
        new = measured.trusted(view.scale) & (away[..., 2] == 0)
        away[new, :2] = moved[new] * (measured.sign * sign)
        away[new, 2] = 1
    return away
