"""Trajectories: where a point of one frame lies in the frames around it, as a function of its velocity.

In a rigid scene the trajectories of all points differ in one number, the depth; in any scene a point keeps nearly its
velocity. So the position in another frame is taken to be a smooth function of position and velocity. It is fitted to
the points that can be tracked outside the mattes, and then holds for a point behind the removed object as well:
whatever the camera did is in the fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vfxlib.device import to_numpy
from vfxlib.image.picture import Array
from vfxlib.motion.field import Matrix, project, rescaled
from vfxlib.motion.window_frame import WindowFrame, projected

__all__ = ["TrackedPoints", "Trajectory", "fit_trajectory", "track_known"]

SPACING = 6  # view pixels at least between the points that are tracked
MOST_POINTS = 3600  # a trajectory has twelve numbers
FEWEST = 150  # points that must reach a frame; with fewer the velocity is taken to be constant
RIDGE = 5e-5  # pulls towards constant velocity where the points do not say
ROUNDS = 5


@dataclass(frozen=True)
class Trajectory:
    """Positions in one other frame as a function of position and velocity.

    homography  [3 3]    where a point lies that nothing else moves; view pixels
    departure   [6 2]    what is added: factors of 1, x, y, xx, xy and yy, of positions from -1 to 1 over the view
    gain        [2 3 2]  what velocity adds beside itself times ``steps``: by part of velocity, factors of 1, x and y
    steps                that frame minus this one
    low, high   [2]      velocities for which the gain is known; beyond, it is held
    shape                height and width of the view
    """

    homography: Matrix
    departure: Matrix
    gain: Matrix
    steps: int
    low: Array
    high: Array
    shape: tuple[int, int]

    @staticmethod
    def by_camera(homography: Matrix, steps: int, shape: tuple[int, int]) -> "Trajectory":
        """The trajectory from which nothing departs: the homography plus ``steps`` times the velocity."""
        none = np.zeros(2, np.float32)
        return Trajectory(homography, np.zeros((6, 2)), np.zeros((2, 3, 2)), steps, none, none, shape)


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


def track_known(
    index: int, window: Sequence[int], frames: Mapping[int, WindowFrame]
) -> tuple[TrackedPoints, dict[int, tuple[Array, NDArray[np.bool_]]]]:
    """Track a grid of points from a frame as far as their motion is measured.

    index    the frame where they start
    window   all frames of the window, by index, without a gap
    frames   by index; their motion is read
    returns  the points, and index -> (positions [n 2], arrived [n])
    """
    frame = frames[index]
    height, width = frame.shape
    spacing = max(SPACING, round((height * width / MOST_POINTS) ** 0.5))
    device = frame.working.device
    x = torch.arange(spacing // 2, width, spacing, device=device, dtype=torch.float32)
    y = torch.arange(spacing // 2, height, spacing, device=device, dtype=torch.float32)
    x, y = x.repeat(len(y)), y.repeat_interleave(len(x))
    velocity, count = x.new_zeros((2, len(x))), x.new_zeros(len(x))
    places: dict[int, Tensor] = {index: torch.stack([x, y])}  # NaN from where a point is lost
    for sign in (1, -1):
        if index + sign not in window:
            continue
        along = frame.read_way(sign, x, y)
        velocity = velocity + along.nan_to_num(0.0) * sign
        count = count + ~along[0].isnan()
    trusted = count > 0
    for sign in (1, -1):
        at, here = torch.where(trusted, places[index], torch.nan), index
        while here + sign in window:
            passed = frames[here]
            moved = passed.read_way(sign, at[0], at[1])
            way = rescaled(passed.ways[sign].homography, passed.scale)
            at, here = torch.stack(projected(way, at[0], at[1])) + moved, here + sign
            inside = (at[0] >= 0) & (at[1] >= 0) & (at[0] <= width - 1) & (at[1] <= height - 1)
            at = torch.where(inside, at, torch.nan)
            places[here] = at
    order = sorted(places)
    found = dict(zip(order, to_numpy(torch.stack([places[t] for t in order])).transpose(0, 2, 1), strict=True))
    points = TrackedPoints(found[index], to_numpy((velocity / count.clamp(min=1)).T.contiguous()), to_numpy(trusted))
    return points, {t: (at, ~np.isnan(at[:, 0])) for t, at in found.items() if t != index}


def fit_trajectory(
    tracked: TrackedPoints,
    arrived: tuple[Array, NDArray[np.bool_]],
    homography: Matrix,
    steps: int,
    shape: tuple[int, int],
) -> Trajectory:
    """Fit the trajectories to one frame.

    tracked     points whose trajectories are known
    arrived     where they are in that frame, and which got there
    homography  [3 3]  view pixels of this frame to view pixels of that one
    steps       that frame minus this one
    shape       height and width of the view
    returns     exactly the homography plus ``steps`` times the velocity where nothing departs from it
    """
    at, good = arrived
    plain = Trajectory.by_camera(homography, steps, shape)
    start, velocity = tracked.points[good], tracked.velocity[good].astype(np.float64)
    if len(start) < FEWEST:
        return plain
    departs = at[good] - project(homography, start) - steps * velocity
    if np.abs(departs).max() <= 1e-3:
        return plain
    fit, weight = _robust_least_squares(start, shape, velocity, departs)
    inliers = velocity[weight > 0.2]
    low, high = plain.low, plain.high
    if len(inliers):
        low, high = np.percentile(inliers, (1, 99), axis=0).astype(np.float32)
    return Trajectory(homography, fit[:6], fit[6:].reshape(2, 3, 2), steps, low, high, shape)


def _robust_least_squares(
    points: Array, shape: tuple[int, int], velocity: Matrix, departs: Matrix
) -> tuple[Matrix, Matrix]:
    """Reweighted least squares, Cauchy: [12 2], six of position, then 1, x and y times each part of velocity."""
    x, y = (2 * points[:, i].astype(np.float64) / shape[1 - i] - 1 for i in (0, 1))
    one = np.ones_like(x)
    by_velocity = [term * part for part in velocity.T for term in (one, x, y)]
    design = np.stack([one, x, y, x * x, x * y, y * y, *by_velocity])
    departs = np.ascontiguousarray(departs.T)
    weight = np.ones(design.shape[1])
    ridge = np.eye(12) * (RIDGE * design.shape[1])
    fit = np.zeros((12, 2))
    for _ in range(ROUNDS):
        weighted = design * weight
        # einsum and not @: a threaded product may round differently with another number of threads
        normal = np.einsum("in,jn->ij", design, weighted) + ridge
        fit = np.linalg.solve(normal, np.einsum("in,jn->ij", weighted, departs))
        error = np.hypot(*(departs - np.einsum("ij,in->jn", fit, design)))
        weight = 1 / (1 + (error / (2 * max(1.4826 * float(np.median(error)), 0.1))) ** 2)
    return fit, weight
