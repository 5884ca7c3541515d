"""Trajectories: where a point of one frame lies in the frames around it, as a function of its velocity.

In a rigid scene the trajectories of all points differ in one number, the depth; in any scene a point keeps nearly its
velocity. So the position in another frame is taken to be a smooth function of position and velocity. It is fitted to
the points that can be tracked outside the mattes, and then holds for a point behind the removed object as well:
whatever the camera did is in the fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.field import Matrix, project, rescaled
from vfxlib.motion.measure import TRUSTED, Pair, measured_from
from vfxlib.motion.sampling import sample

__all__ = ["TrackedPoints", "Trajectory", "fit_trajectory", "track_known", "velocity_at"]

SPACING = 6  # view pixels between the points that are tracked
FEWEST = 150  # points that must reach a frame; with fewer the velocity is taken to be constant
RIDGE = 5e-5  # pulls towards constant velocity where the points do not say
ROUNDS = 5


@dataclass(frozen=True)
class Trajectory:
    """Positions in one other frame as a function of the velocity, for n points.

    at        [n 2]    where a point with no velocity of its own lies, view pixels
    gain      [n 2 2]  what velocity adds beside itself times ``steps``; [.. i j] = output i, velocity j
    steps              that frame minus this one
    low, high [2]      velocities for which the gain is known; beyond, it is held
    """

    at: Array
    gain: Array
    steps: int
    low: Array
    high: Array

    def positions(self, which: NDArray[np.intp], velocity: Array) -> Array:
        """Give where the points ``which`` lie if they move with ``velocity`` [.. 2]: [.. 2] view pixels."""
        at, gain = self.at[which], self.gain[which]
        clipped = np.clip(velocity, self.low, self.high)
        moved = at + np.float32(self.steps) * velocity
        return np.asarray(moved + gain[:, :, 0] * clipped[:, :1] + gain[:, :, 1] * clipped[:, 1:])


@dataclass(frozen=True)
class TrackedPoints:
    """Points that are tracked outside the mattes, by their positions in the frame where they start.

    points    [n 2]  view pixels of the frame
    velocity  [n 2]  view pixels a frame, on top of the homography; forwards
    trusted   [n]    True where it is measured
    """

    points: Array
    velocity: Array
    trusted: NDArray[np.bool_]


def velocity_at(index: int, pairs: Mapping[int, Pair], points: Array, scale: tuple[float, float]) -> TrackedPoints:
    """Read the velocity at points: the mean of forwards and backwards turned round, or the one that is trusted.

    index    the frame that the points lie in
    pairs    index -> motion between that frame and the next
    points   [n 2]  view pixels
    scale    view pixels per plate pixel
    """
    total = np.zeros(points.shape, np.float32)
    count = np.zeros(points.shape[:-1], np.float32)
    for measured in measured_from(index, pairs):
        good = (sample(measured.error, points) * np.float32(scale[0]) < TRUSTED).astype(np.float32)
        if measured.motion.residual is not None:
            forwards = np.array(scale, np.float32) * measured.sign * good[..., None]
            total += sample(measured.motion.residual, points) * forwards
        count += good
    return TrackedPoints(points, (total / np.maximum(count, 1)[..., None]).astype(np.float32), count > 0)


def track_known(
    index: int, window: Sequence[int], pairs: Mapping[int, Pair], shape: tuple[int, int], scale: tuple[float, float]
) -> tuple[TrackedPoints, dict[int, tuple[Array, NDArray[np.bool_]]]]:
    """Track a grid of points from a frame as far as their motion is measured.

    index    the frame where they start
    window   all frames of the window, by index
    pairs    index -> motion between that frame and the next
    shape    height and width of the views
    scale    view pixels per plate pixel
    returns  the points, and index -> (positions [n 2], arrived [n])
    """
    height, width = shape
    y, x = np.mgrid[SPACING // 2 : height : SPACING, SPACING // 2 : width : SPACING]
    tracked = velocity_at(index, pairs, np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float32), scale)
    arrived: dict[int, tuple[Array, NDArray[np.bool_]]] = {}
    for sign in (1, -1):
        at, good, here = tracked.points, tracked.trusted, index
        while here + sign in window:
            measured = next(w for w in measured_from(here, pairs) if w.sign == sign)
            motion = measured.motion
            good = good & (sample(measured.error, at, outside=1e4) * np.float32(scale[0]) < TRUSTED)
            moved = project(rescaled(motion.homography, scale), at)
            if motion.residual is not None:
                moved = moved + sample(motion.residual, at) * np.array(scale, np.float32)
            at, here = moved.astype(np.float32), here + sign
            good = good & (at >= 0).all(axis=1) & (at[:, 0] <= width - 1) & (at[:, 1] <= height - 1)
            arrived[here] = at, good
    return tracked, arrived


def fit_trajectory(
    tracked: TrackedPoints,
    arrived: tuple[Array, NDArray[np.bool_]],
    homography: Matrix,
    steps: int,
    points: Array,
    shape: tuple[int, int],
) -> Trajectory:
    """Fit the trajectories to one frame and evaluate them for some points.

    tracked     points whose trajectories are known
    arrived     where they are in that frame, and which got there
    homography  [3 3]  view pixels of this frame to view pixels of that one
    steps       that frame minus this one
    points      [n 2]  the points to evaluate them for
    shape       height and width of the view
    returns     exactly the homography plus ``steps`` times the velocity where nothing departs from it
    """
    at, good = arrived
    gain = np.zeros((len(points), 2, 2), np.float32)
    low, high = np.zeros(2, np.float32), np.zeros(2, np.float32)
    base = project(homography, points)
    start, velocity = tracked.points[good], tracked.velocity[good].astype(np.float64)
    if len(start) >= FEWEST:
        departs = at[good] - project(homography, start) - steps * velocity
        if np.abs(departs).max() > 1e-3:
            fit, weight = _robust_least_squares(_terms(start, shape), velocity, departs)
            inliers = velocity[weight > 0.2]
            if len(inliers):
                low, high = (np.percentile(inliers, q, axis=0).astype(np.float32) for q in (1, 99))
            terms = _terms(points, shape)
            base = base + np.einsum("nk,kj->nj", terms, fit[:6])
            for axis in (0, 1):
                # the velocity's factor: constant, x, y
                slope = np.einsum("nk,kj->nj", terms[:, :3], fit[6 + 3 * axis : 9 + 3 * axis])
                gain[:, :, axis] += slope.astype(np.float32)
    return Trajectory(base.astype(np.float32), gain, steps, low, high)


def _terms(points: Array, shape: tuple[int, int]) -> Matrix:
    x = 2 * points[:, 0].astype(np.float64) / shape[1] - 1
    y = 2 * points[:, 1].astype(np.float64) / shape[0] - 1
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _robust_least_squares(terms: Matrix, velocity: Matrix, departs: Matrix) -> tuple[Matrix, Matrix]:
    """Reweighted least squares, Cauchy: [12 2], six of position, then 1, x and y times each part of velocity."""
    design = np.concatenate([terms, terms[:, :3] * velocity[:, :1], terms[:, :3] * velocity[:, 1:]], axis=1)
    weight = np.ones(len(design))
    ridge = np.eye(12) * (RIDGE * len(design))
    fit = np.zeros((12, 2))
    for _ in range(ROUNDS):
        weighted = design * weight[:, None]
        normal = np.einsum("ni,nj->ij", design, weighted) + ridge
        fit = np.linalg.solve(normal, np.einsum("ni,nj->ij", weighted, departs))
        error = np.hypot(*(departs - np.einsum("ni,ij->nj", design, fit)).T)
        weight = 1 / (1 + (error / (2 * max(1.4826 * float(np.median(error)), 0.1))) ** 2)
    return fit, weight
