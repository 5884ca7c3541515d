"""The search for the velocity with the least cost: semi-global matching of labels, then a pattern search."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.semi_global import semi_global
from vfxlib.motion.sightings import SightingCost

__all__ = ["search"]

COARSE = 2  # view pixels between the points at which all labels are tried
ALIKE = 0.3  # view pixels a frame: velocities of one surface
NEAR = 5  # view pixels over which they are averaged
SMOOTHNESS = 0.4  # cost of a jump in motion between neighbours
MEASURED = 1.0  # cost of departing from what is measured right beside the hole
BORDER = 3  # coarse points of measured motion around the hole that take part
COARSE_WINDOW = 3  # coarse points over which costs are averaged
FINE_WINDOW = 7  # view pixels
SMOOTH_BONUS = 0.05  # the smooth guess need not be better than the others, only as good
STILL_BONUS = 0.1  # where most of the frame moves with the camera alone
STEPS = (0.3, 0.15, 0.07)  # view pixels a frame: the refinement
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7))


def search(
    sightings: SightingCost,
    points: NDArray[np.intp],
    domain: NDArray[np.bool_],
    trusted: NDArray[np.bool_],
    guess: Array,
    labels: Array,
    still: bool,
) -> tuple[Array, Array]:
    """Find the best velocity of every point: all labels on a coarse grid, then small steps on every pixel.

    sightings  data cost of the points' velocities, by what the other frames show
    points     [n 2]    integer positions, x and y
    domain     [h w]    True at the points
    trusted    [h w]    True where the guess is measured
    guess      [h w 2]  a smooth guess of the whole frame, view pixels a frame
    labels     [k 2]    velocities to try
    still               most of the frame moves with the camera alone: prefer that, and keep it exact
    returns             velocities [n 2], and their costs [n]: 0 = all frames agree
    """
    coarse = np.flatnonzero((points % COARSE == 0).all(axis=1))
    if not len(coarse):
        coarse = np.arange(len(points))
    average = _Average(points[coarse] // COARSE, COARSE_WINDOW)
    start = guess[points[:, 1], points[:, 0]]
    choices = np.concatenate([np.zeros((1, 2), np.float32), labels])
    costs = [average(sightings.cost(coarse, start[coarse], sightings.gather(coarse, start[coarse]))) - SMOOTH_BONUS]
    for label in choices:
        tried = np.broadcast_to(label, (len(coarse), 2))
        costs.append(average(sightings.cost(coarse, tried, sightings.gather(coarse, tried))))
    if still:
        costs[1] = costs[1] - STILL_BONUS
    best = _smoothest_labels(np.stack(costs), choices, points[coarse] // COARSE, guess, trusted)
    spread = guess.copy()
    spread[points[coarse][:, 1], points[coarse][:, 0]] = best
    nearest = points // COARSE * COARSE
    inside = domain[nearest[:, 1], nearest[:, 0]]
    velocity = np.where(inside[:, None], spread[nearest[:, 1], nearest[:, 0]], start)
    return _pattern_search(sightings, points, guess, velocity, still)


def _smoothest_labels(
    costs: Array, choices: Array, cells: NDArray[np.intp], guess: Array, trusted: NDArray[np.bool_]
) -> Array:
    """Semi-global matching of the coarse points among each other and with the measured motion around them."""
    low, high = np.maximum(cells.min(axis=0) - BORDER, 0), cells.max(axis=0) + BORDER + 1
    window = np.s_[low[1] * COARSE : high[1] * COARSE : COARSE, low[0] * COARSE : high[0] * COARSE : COARSE]
    around, measured = guess[window], trusted[window]
    gap = np.linalg.norm(around[None] - choices[:, None, None], axis=3)
    volume = np.zeros((len(costs), *measured.shape), np.float32)
    volume[1:] = np.where(measured, np.minimum(gap, 1) * MEASURED, 0)
    x, y = (cells - low).T
    volume[:, y, x] = costs
    pick = semi_global(volume, choices, around, SMOOTHNESS)[y, x]
    return np.asarray(np.where((pick == 0)[:, None], around[y, x], choices[np.maximum(pick - 1, 0)]), np.float32)


def _pattern_search(
    sightings: SightingCost, points: NDArray[np.intp], guess: Array, velocity: Array, still: bool
) -> tuple[Array, Array]:
    every = np.arange(len(points))
    average = _Average(points, FINE_WINDOW)
    lowest = np.zeros(len(points), np.float32)
    for step in STEPS:
        velocity = _denoised(points, guess, velocity)
        frozen = still & (velocity == 0).all(axis=1)
        first = sightings.gather(every, velocity)
        lowest = average(sightings.cost(every, velocity, first))
        for direction in DIRECTIONS:
            tried = np.where(frozen[:, None], velocity, velocity + np.array(direction, np.float32) * np.float32(step))
            cost = average(sightings.cost(every, tried, sightings.gather_again(every, tried, first)))
            better = cost < lowest
            lowest, velocity = np.where(better, cost, lowest), np.where(better[:, None], tried, velocity)
    return _denoised(points, guess, velocity), lowest


def _denoised(points: NDArray[np.intp], guess: Array, velocity: Array) -> Array:
    """A median over 5 x 5 pixels against outliers, and a bilateral filter, which averages velocities that are alike."""
    field = guess.copy()
    field[points[:, 1], points[:, 0]] = velocity
    parts = [np.asarray(cv2.medianBlur(np.ascontiguousarray(field[..., i]), 5), np.float32) for i in (0, 1)]
    median = np.ascontiguousarray(np.stack([*parts, np.zeros_like(parts[0])], axis=-1))
    smooth = np.asarray(cv2.bilateralFilter(median, 2 * NEAR + 1, ALIKE, NEAR / 2), np.float32)
    return np.asarray(smooth[points[:, 1], points[:, 0], :2], np.float32)


class _Average:
    """Means over a square window of points that lie on a grid."""

    def __init__(self, points: NDArray[np.intp], window: int) -> None:
        origin = points.min(axis=0)
        self.x, self.y = (points - origin).T
        self.window = (window, window)
        self.share = np.maximum(self._blurred(np.ones(len(points), np.float32)), 1e-3)

    def _blurred(self, values: Array) -> Array:
        image = np.zeros((self.y.max() + 1, self.x.max() + 1), np.float32)
        image[self.y, self.x] = values
        blurred = cv2.blur(image, self.window, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(np.asarray(blurred)[self.y, self.x], np.float32)

    def __call__(self, values: Array) -> Array:
        return np.asarray(self._blurred(values) / self.share, np.float32)
