"""Choices that neighbours agree on, by semi-global matching."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["semi_global"]

FAR = 1.0  # view pixels a frame: velocities farther apart than this differ, however much


def semi_global(costs: Array, labels: Array, guess: Array, smoothness: float) -> NDArray[np.intp]:
    """Choose a label for every cell so that its cost is low and its neighbours have one with a like velocity.

    costs       [k+1 h w]  of the guess (first) and of each label
    labels      [k 2]      velocities, view pixels a frame
    guess       [h w 2]    a velocity of its own for each cell
    smoothness             cost of neighbours that differ
    returns     [h w]      0 = the guess, 1.. = a label (Hirschmueller 2008, four directions)
    """
    apart = _cost_between(labels[:, None], labels[None], smoothness)
    to_guess = _cost_between(guess[..., None, :], labels, smoothness)  # [h w k]
    cells = np.ascontiguousarray(costs.transpose(1, 2, 0))
    total = np.zeros_like(cells)
    for axis in (0, 1):
        along, ways = cells.swapaxes(0, axis), to_guess.swapaxes(0, axis)
        at, summed = guess.swapaxes(0, axis), total.swapaxes(0, axis)
        for order in (range(len(along)), range(len(along) - 1, -1, -1)):
            carried = before = None
            for i in order:
                own = along[i]
                if carried is not None:
                    own = own + _passed_on(carried, apart, ways[i], ways[before], at[i], at[before], smoothness)
                summed[i] += own
                carried, before = own, i
    return np.asarray(total.argmin(axis=2), np.intp)


def _passed_on(
    carried: Array, apart: Array, here: Array, there: Array, guess_here: Array, guess_there: Array, smoothness: float
) -> Array:
    """What the cell before would add to each label of this one: [n k+1]."""
    least = carried.min(axis=1, keepdims=True)
    labels = np.minimum((carried[:, 1:, None] + apart).min(axis=1), carried[:, :1] + there)
    same = carried[:, 0] + _cost_between(guess_here, guess_there, smoothness)
    guess = np.minimum((carried[:, 1:] + here).min(axis=1), same)
    return np.asarray(np.concatenate([guess[:, None], labels], axis=1) - least, np.float32)


def _cost_between(a: Array, b: Array, smoothness: float) -> Array:
    gap = a - b
    distance = np.sqrt(gap[..., 0] ** 2 + gap[..., 1] ** 2)
    return np.asarray(np.minimum(distance, FAR) * np.float32(smoothness / FAR), np.float32)
