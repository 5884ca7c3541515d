"""The velocities that occur in a frame, by k-means."""

import numpy as np

from vfxlib.image.picture import Array

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
        distance = np.minimum(distance, ((points - centres[-1]) ** 2).sum(axis=1))
        total = np.cumsum(distance)
        if total[-1] < 1e-6 * len(points):
            break
        pick = min(int(np.searchsorted(total, generator.random() * total[-1])), len(points) - 1)
        centres = np.concatenate([centres, points[pick : pick + 1]])
    for _ in range(ROUNDS):
        nearest = ((points[:, None] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        members = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, points[:, i], len(centres)) for i in (0, 1)], axis=-1)
        centres = np.where(members[:, None] > 0, sums / np.maximum(members, 1)[:, None], centres)
    return centres.astype(np.float32)
