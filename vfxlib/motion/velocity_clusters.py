"""The velocities that occur in a frame, by k-means."""

import numpy as np

from vfxlib.image.picture import Array
from vfxlib.motion.field import Matrix

__all__ = ["velocity_clusters"]

SAMPLE = 2500
ROUNDS = 10


def velocity_clusters(velocity: Array, count: int, seed: int) -> Array:
    """Choose a few velocities near which all others lie.

    velocity  [n 2]  view pixels a frame
    count            how many to choose at most
    seed             the frame's index: the choice depends on nothing else
    returns   [k 2]  k-means, started by k-means++ (Arthur & Vassilvitskii 2007)
    """
    generator = np.random.default_rng(seed)
    points = velocity[generator.permutation(len(velocity))[:SAMPLE]].astype(np.float64)
    if not len(points):
        return np.zeros((0, 2), np.float32)
    centres = points[:1]
    distance = np.full(len(points), np.inf)
    for _ in range(count - 1):
        distance = np.minimum(distance, _squared(points, centres[-1]))
        total = np.cumsum(distance)
        if total[-1] < 1e-6 * len(points):
            break
        pick = min(int(np.searchsorted(total, generator.random() * total[-1])), len(points) - 1)
        centres = np.concatenate([centres, points[pick : pick + 1]])
    for _ in range(ROUNDS):
        nearest = _squared(points[:, None], centres).argmin(axis=1)
        members = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, points[:, i], len(centres)) for i in (0, 1)], axis=-1)
        centres = np.where(members[:, None] > 0, sums / np.maximum(members, 1)[:, None], centres)
    return centres.astype(np.float32)


def _squared(a: Matrix, b: Matrix) -> Matrix:
    """Squared distances of velocities [... 2]; written out, for a sum over two numbers costs more than they do."""
    x, y = a[..., 0] - b[..., 0], a[..., 1] - b[..., 1]
    return np.asarray(x * x + y * y)
