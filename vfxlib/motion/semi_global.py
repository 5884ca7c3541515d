"""Semi-global matching (Hirschmueller 2008): labels that neighbours agree on, along four directions."""

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["semi_global"]

TRUNCATION = 1.0  # view pixels a frame: velocities farther apart than this differ, however much


def semi_global(costs: Array, labels: Array, guess: Array, smoothness: float) -> NDArray[np.intp]:
    """Choose a label for every cell so that its cost is low and its neighbours have one with a like velocity.

    costs       [k+1 h w]  of the guess (first) and of each label
    labels      [k 2]      velocities, view pixels a frame
    guess       [h w 2]    a velocity of its own for each cell
    smoothness             cost of neighbours that differ
    returns     [h w]      0 = the guess, 1.. = a label
    """
    apart = _smoothness_cost(labels[:, None], labels[None], smoothness)
    to_guess = _smoothness_cost(guess[..., None, :], labels, smoothness)  # [h w k]
    cells = np.ascontiguousarray(costs.transpose(1, 2, 0))
    total = np.zeros_like(cells)
    for axis in (0, 1):
        along, ways = cells.swapaxes(0, axis), to_guess.swapaxes(0, axis)
        at, summed = guess.swapaxes(0, axis), total.swapaxes(0, axis)
        for order in (range(len(along)), range(len(along) - 1, -1, -1)):
            path = before = None
            for i in order:
                cost = along[i]
                if path is not None:
                    cost = cost + _path_cost(path, apart, ways[i], ways[before], at[i], at[before], smoothness)
                summed[i] += cost
                path, before = cost, i
    return np.asarray(total.argmin(axis=2), np.intp)


def _path_cost(
    path: Array, apart: Array, here: Array, there: Array, guess_here: Array, guess_there: Array, smoothness: float
) -> Array:
    """The path cost up to the cell before, added to each label of this one: [n k+1]."""
    least = path.min(axis=1, keepdims=True)
    labels = np.minimum((path[:, 1:, None] + apart).min(axis=1), path[:, :1] + there)
    same = path[:, 0] + _smoothness_cost(guess_here, guess_there, smoothness)
    guess = np.minimum((path[:, 1:] + here).min(axis=1), same)
    return np.asarray(np.concatenate([guess[:, None], labels], axis=1) - least, np.float32)


def _smoothness_cost(a: Array, b: Array, smoothness: float) -> Array:
    gap = a - b
    distance = np.sqrt(gap[..., 0] ** 2 + gap[..., 1] ** 2)
    return np.asarray(np.minimum(distance, TRUNCATION) * np.float32(smoothness / TRUNCATION), np.float32)
