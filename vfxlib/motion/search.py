"""The search for the velocity that the other frames agree with best."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.motion.evidence import Evidence
from vfxlib.picture import Array

__all__ = ["search"]

COARSE = 2  # view pixels between the points at which all labels are tried
COARSE_WINDOW = 5  # coarse points over which costs are averaged
FINE_WINDOW = 7  # view pixels
SMOOTH_BONUS = 0.05  # the smooth guess need not be better than the others, only as good
STILL_BONUS = 0.1  # where most of the frame moves with the camera alone
STEPS = (0.3, 0.15, 0.07)  # view pixels a frame: the refinement
ROUND = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7))


def search(
    evidence: Evidence, points: NDArray[np.intp], domain: NDArray[np.bool_], guess: Array, labels: Array, still: bool
) -> tuple[Array, Array]:
    """Find the best velocity of every point: all labels on a coarse grid, then small steps on every pixel.

    evidence  what the other frames show of the points
    points    [n 2]    integer positions, x and y
    domain    [h w]    True at the points
    guess     [h w 2]  a smooth guess of the whole frame, view pixels a frame
    labels    [k 2]    velocities to try
    still              most of the frame moves with the camera alone: prefer that, and keep it exact
    returns            velocities [n 2], and their costs [n]: 0 = all frames agree
    """
    coarse = np.flatnonzero((points % COARSE == 0).all(axis=1))
    if not len(coarse):
        coarse = np.arange(len(points))
    average = _Average(points[coarse] // COARSE, COARSE_WINDOW)
    start = guess[points[:, 1], points[:, 0]]
    zero = np.zeros((1, 2), np.float32)
    best = start[coarse]
    lowest = average(evidence.cost(coarse, best, evidence.look(coarse, best))) - SMOOTH_BONUS
    for label in np.concatenate([zero, labels]):
        tried = np.broadcast_to(label, best.shape)
        cost = average(evidence.cost(coarse, tried, evidence.look(coarse, tried)))
        if still and not label.any():
            cost = cost - STILL_BONUS
        better = cost < lowest
        lowest, best = np.where(better, cost, lowest), np.where(better[:, None], tried, best)
    spread = guess.copy()
    spread[points[coarse][:, 1], points[coarse][:, 0]] = best
    nearest = points // COARSE * COARSE
    inside = domain[nearest[:, 1], nearest[:, 0]]
    found = np.where(inside[:, None], spread[nearest[:, 1], nearest[:, 0]], start)
    return _refined(evidence, points, guess, found, still)


def _refined(
    evidence: Evidence, points: NDArray[np.intp], guess: Array, found: Array, still: bool
) -> tuple[Array, Array]:
    every = np.arange(len(points))
    average = _Average(points, FINE_WINDOW)
    lowest = np.zeros(len(points), np.float32)
    for step in STEPS:
        found = _median(points, guess, found)
        frozen = still & (found == 0).all(axis=1)
        sightings = evidence.look(every, found)
        lowest = average(evidence.cost(every, found, sightings))
        for direction in ROUND:
            tried = np.where(frozen[:, None], found, found + np.array(direction, np.float32) * np.float32(step))
            cost = average(evidence.cost(every, tried, evidence.again(every, tried, sightings)))
            better = cost < lowest
            lowest, found = np.where(better, cost, lowest), np.where(better[:, None], tried, found)
    return _median(points, guess, found), lowest


def _median(points: NDArray[np.intp], guess: Array, found: Array) -> Array:
    """Take single odd velocities away: median over 5 x 5 pixels."""
    field = guess.copy()
    field[points[:, 1], points[:, 0]] = found
    parts = [np.asarray(cv2.medianBlur(np.ascontiguousarray(field[..., i]), 5), np.float32) for i in (0, 1)]
    return np.asarray(np.stack(parts, axis=-1)[points[:, 1], points[:, 0]], np.float32)


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
