"""A thing that moves on its own, followed from frame to frame, also where it is hidden for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from vfxlib.device import to_numpy
from vfxlib.image.picture import Array
from vfxlib.motion.field import Matrix, project_single, rescaled
from vfxlib.motion.moving_things import LEAST_SPEED, MovingThing, alike, mixed
from vfxlib.motion.sampling import blurred, sample
from vfxlib.motion.window_frame import WindowFrame

__all__ = ["Course", "Followed", "LayerFrame", "follow"]

AROUND = 14.0  # view pixels around a thing in which more of it may come out, at least
MORE = 0.75  # of its size, the same
FEWEST = 40  # measured pixels that tell its motion; with fewer it goes on as before
CHANGE, LEAST_CHANGE = 0.35, 1.5  # how much its motion may change from frame to frame: share of its speed, view pixels
SLOWER = 0.6  # share of the least speed that it may fall to
RIDGE = 400.0  # pixels as many as which a motion that is the same everywhere counts
UNIT = 100.0  # view pixels: keeps the numbers of an affine motion alike in size
SLACK = 4.0  # view pixels by which what was seen of a thing may end too early
LASTS = 6  # steps, both ways: what moves in fewer is the noise of one measurement
HALF = 0.5  # of its size beside where it was measured: there it may still be
BLUR = 1.0  # view pixels: frames are aligned without their grain
MOST_ALIGNED = 1500  # pixels of a thing that are aligned
ALIGN_ROUNDS = 6
FARTHEST = 2.5  # view pixels that an alignment may differ from dense flow
KNOWN = 0.99  # of a sample: none of its pixels is hidden
EDGE = 0.3  # of a thing's pixels: fewer beside it that move a little otherwise are its edge
ROUNDS = 4
SPREAD = 0.5  # view pixels a frame: what is farther from the fit counts less


class LayerFrame:
    """A frame of the window, laid out to be compared along any motion; what is not asked for is not made."""

    def __init__(self, frame: WindowFrame, signs: Sequence[int]) -> None:
        """Lay out a frame.

        signs  1 and -1, as far as the window has such a neighbour
        """
        self._frame = frame
        self.known: NDArray[np.bool_] = to_numpy(frame.known)
        self._homographies = {sign: rescaled(frame.ways[sign].homography, frame.scale) for sign in signs}

    @cached_property
    def picture(self) -> Array:
        """[h w c+1] working code values, 0 where they are not known; 1 where they are."""
        known, working = self.known.astype(np.float32), to_numpy(self._frame.working)
        picture = np.empty((*known.shape, len(working) + 1), np.float32)
        for channel, values in enumerate(working):
            np.multiply(values, known, out=picture[..., channel])
        picture[..., -1] = known
        return picture

    @cached_property
    def _grey(self) -> Array:
        """[h w 2] grey without its grain, and 1 where it is known."""
        working = to_numpy(self._frame.working).transpose(1, 2, 0)
        grey = blurred(np.ascontiguousarray(working.mean(axis=2)), BLUR)
        return np.ascontiguousarray(np.stack([grey, self.known.astype(np.float32)], axis=-1))

    def with_background(self, sign: int, points: Array) -> Array:
        """Where points [... 2] that move with the homography lie in a neighbour, view pixels."""
        return project_single(self._homographies[sign], points)

    def step(self, sign: int, other: "LayerFrame", points: Array, expected: Array) -> "Step":
        """Measure the motion of a thing to a neighbour.

        other     the neighbour
        points    [n 2]  pixels of the thing
        expected  [2]    its motion on top of the homography, view pixels
        """
        measured, at = self._measured(sign, points, expected)
        more = self._alignment(other, at, measured(at[None])[0])
        return replace(measured, affine=measured.affine + np.stack([more, np.zeros(2), np.zeros(2)]))

    def _measured(self, sign: int, points: Array, expected: Array) -> "tuple[Step, Array]":
        """As dense flow has it, and the pixels that move so; as before where there is none."""
        middle = points.mean(axis=0)
        as_before = np.zeros((3, 2))
        as_before[0] = expected
        held = Step(as_before, middle, self._homographies[sign])
        if not self._frame.ways[sign].moves:
            return held, points
        size = np.array(self.known.shape[::-1])
        low, high = points.min(axis=0), points.max(axis=0)
        around = np.maximum(MORE * (high - low), AROUND)
        left, top = np.clip(low - around, 0, size).astype(int)
        right, bottom = np.clip(high + around + 1, 0, size).astype(int)
        residual = self._frame.ways[sign].residual[:, top:bottom, left:right]  # NaN where nothing is measured
        part = to_numpy(residual.permute(1, 2, 0)) * np.array(self._frame.scale, np.float32)
        speed = float(np.hypot(*expected))
        same = np.hypot(part[..., 0] - expected[0], part[..., 1] - expected[1]) < max(LEAST_CHANGE, CHANGE * speed)
        same &= np.hypot(part[..., 0], part[..., 1]) > SLOWER * LEAST_SPEED
        rows, columns = np.nonzero(same)
        if len(rows) < FEWEST:
            return held, points
        at = np.stack([columns + left, rows + top], axis=-1).astype(np.float32)
        extent = np.stack([at.min(axis=0), at.max(axis=0)]) - middle
        return Step(_affine(at - middle, part[rows, columns]), middle, self._homographies[sign], extent), at

    def _alignment(self, other: "LayerFrame", points: Array, places: Array) -> Matrix:
        """By how much places [n 2] in a neighbour should be moved to look like points [n 2] here: [2], view pixels.

        Near a matte dense flow is biased, or there is none: there this is what tells. Gauss-Newton, Cauchy weights.
        """
        points, places = (each[:: max(1, len(points) // MOST_ALIGNED)] for each in (points, places))
        none = np.zeros(2)
        here = sample(self._grey, points, outside=0.0)
        slopes = [
            (sample(self._grey, points + s, outside=0.0) - sample(self._grey, points - s, outside=0.0))[:, 0]
            for s in (np.array([0.5, 0], np.float32), np.array([0, 0.5], np.float32))
        ]
        gradient = np.stack(slopes).astype(np.float64)
        moved, first = none, np.inf
        for turn in range(ALIGN_ROUNDS):
            there = sample(other._grey, places + moved.astype(np.float32), outside=0.0)
            both = (here[:, 1] > KNOWN) & (there[:, 1] > KNOWN)
            if np.count_nonzero(both) < FEWEST:
                return none
            error = (there - here)[:, 0].astype(np.float64)
            left = float(np.median(np.abs(error[both])))
            first = left if not turn else first
            weighted = gradient * (both / (1 + (error / max(2 * 1.4826 * left, 1e-3)) ** 2))
            # einsum and not @: a threaded product may round differently with another number of threads
            normal = np.einsum("in,jn->ij", weighted, gradient) + np.eye(2) * 1e-6
            moved = moved - np.linalg.solve(normal, np.einsum("in,n->i", weighted, error))
            if np.hypot(*moved) > FARTHEST:
                return none
        return moved if left < first else none


@dataclass(frozen=True)
class Step:
    """A thing's motion to a neighbour.

    affine      [3 2]  on top of the homography, view pixels: factors of 1, x and y from the middle, in hundreds
    middle      [2]    view pixels
    homography  [3 3]  of the background, view pixels
    extent      [2 2]  least and most x and y from the middle at which it was measured; None where it was not
    """

    affine: Matrix
    middle: Array
    homography: Matrix
    extent: Array | None = None

    def residual(self, points: Array) -> Array:
        """What is added to the homography at points [... 2], view pixels."""
        at = (points - self.middle) / np.float32(UNIT)
        first, by_x, by_y = self.affine.astype(np.float32)
        return np.asarray(first + at[..., :1] * by_x + at[..., 1:] * by_y)

    def __call__(self, points: Array) -> Array:
        """Where points [h w 2] of the thing lie in the neighbour, view pixels."""
        return project_single(self.homography, points) + self.residual(points)


@dataclass(frozen=True)
class Course:
    """A thing's motion through a window of frames.

    seed    the frame in which it was first seen
    steps   (frame, 1 or -1) -> to that neighbour
    places  frame -> [n 2]  where the pixels lie that it was first seen by
    extent  [2 2]  least and most x and y from the middle of these, of all that was seen of it
    """

    seed: int
    steps: Mapping[tuple[int, int], Step]
    places: Mapping[int, Array]
    extent: Array

    def explains(self, index: int, thing: MovingThing) -> bool:
        """Tell if a thing that is seen in a frame of the window is this one."""
        middle = thing.points.mean(axis=0, keepdims=True)
        if not self.near(index, (*thing.points.min(axis=0), *thing.points.max(axis=0))):
            return False
        sign = 1 if (index, 1) in self.steps else -1
        own = self.steps[index, sign].residual(middle)[0] * np.float32(sign)
        edge = len(thing.points) < EDGE * len(self.places[index])
        return bool(mixed(thing.velocity[None], own)[0] if edge else alike(thing.velocity[None], own)[0])

    def lasts(self, index: int) -> bool:
        """Tell if its motion is measured in several frames and is more than noise, also in one frame of the window."""
        speed = {
            at: float(np.hypot(*step.residual(self.places[at[0]].mean(axis=0)))) for at, step in self.steps.items()
        }
        measured = [speed[at] for at, step in self.steps.items() if step.extent is not None]
        there = max(speed[at] for at in speed if at[0] == index)
        enough = len(measured) >= min(LASTS, len(speed))
        return enough and float(np.median(measured)) > LEAST_SPEED and there > LEAST_SPEED

    def near(self, index: int, box: tuple[float, float, float, float]) -> bool:
        """Tell if the thing may touch a box (left, top, right, bottom) in a frame of the window."""
        low, high = self.places[index].mean(axis=0) + self.extent
        around = np.maximum(MORE * (high - low), AROUND)
        return bool((low - around < box[2:]).all() and (high + around > box[:2]).all())

    def may_be_at(self, index: int, points: Array) -> NDArray[np.bool_]:
        """Tell which points [... 2] of a frame of the window the thing may be at, view pixels."""
        low, high = self.places[index].mean(axis=0) + self.extent
        around = np.maximum(HALF * (high - low), AROUND)
        return np.asarray(((points > low - around) & (points < high + around)).all(axis=-1))

    def beside(self, index: int, points: Array) -> NDArray[np.bool_]:
        """Tell which points [... 2] of a frame lie right, left, above or below what was seen of the thing, or in it."""
        low, high = self.places[index].mean(axis=0) + self.extent
        return np.asarray(((points > low - SLACK) & (points < high + SLACK)).any(axis=-1))

    def carried(self, index: int, points: Array) -> dict[int, Array]:
        """Where points [h w 2] of a frame lie in all frames of the window if they are the thing's, view pixels."""
        places = {index: points}
        for sign in (1, -1):
            here = index
            while (here, sign) in self.steps:
                places[here + sign] = self.steps[here, sign](places[here])
                here += sign
        return places


Followed = WeakKeyDictionary[MovingThing, dict[tuple[int, int], Step]]
"""The steps of things that were followed before in the same frames: (frame, 1 or -1) -> to that neighbour.

A step does not depend on where a window ends, so that the windows of frames side by side share nearly all of them.
"""


def follow(
    thing: MovingThing, index: int, frames: Mapping[int, LayerFrame], followed: Followed | None = None
) -> Course:
    """Follow a thing through a window of frames; where its motion is not measured it goes on as before.

    index     of the frame in which it is seen
    frames    by index, without a gap
    followed  is asked for its steps, and told of new ones
    """
    known = {} if followed is None else followed.setdefault(thing, {})
    steps: dict[tuple[int, int], Step] = {}
    places = {index: thing.points}

    def step(here: int, sign: int, expected: Array) -> Step:
        if (here, sign) not in known:
            known[here, sign] = frames[here].step(sign, frames[here + sign], places[here], expected)
        steps[here, sign] = known[here, sign]
        return steps[here, sign]

    for sign in (1, -1):
        here, velocity = index, thing.velocity * np.float32(sign)
        while here + sign in frames:
            onward = step(here, sign, velocity)
            velocity = onward.residual(places[here].mean(axis=0))
            places[here + sign] = onward(places[here][None])[0]
            here += sign
            step(here, -sign, -velocity)
    own = thing.points - thing.points.mean(axis=0)
    extents = [step.extent for step in steps.values() if step.extent is not None]
    low, high = (np.stack([e[i] for e in extents] + [o]) for i, o in ((0, own.min(axis=0)), (1, own.max(axis=0))))
    return Course(index, steps, places, np.stack([low.min(axis=0), high.max(axis=0)]))


def _affine(at: Array, moved: Array) -> Matrix:
    """An affine motion through what n pixels do, robustly: [3 2] factors of 1, x and y, in hundreds of pixels."""
    x, y = at.T.astype(np.float64) / UNIT
    design, values = np.stack([np.ones_like(x), x, y]), moved.T.astype(np.float64)
    fit = np.zeros((3, 2))
    fit[0] = np.median(values, axis=1)
    for _ in range(ROUNDS):
        error = np.hypot(*(values - np.einsum("in,ij->jn", design, fit)))
        weighted = design / (1 + (error / SPREAD) ** 2)
        # einsum and not @: a threaded product may round differently with another number of threads
        normal = np.einsum("in,jn->ij", weighted, design) + np.diag([1e-6, RIDGE, RIDGE])
        fit = np.linalg.solve(normal, np.einsum("in,jn->ij", weighted, values))
    return fit
