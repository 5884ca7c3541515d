"""A few velocities near which all others lie."""

from __future__ import annotations

import numpy as np

from vfxlib.motion.velocity_clusters import velocity_clusters

CENTRES = np.array([[0, 0], [3, 0], [-2, 4.0]])


def cloud(count: int = 300) -> np.ndarray:
    rng = np.random.default_rng(1)
    return (CENTRES[rng.integers(0, 3, count)] + rng.normal(0, 0.02, (count, 2))).astype(np.float32)


def test_each_cluster_is_found() -> None:
    found = velocity_clusters(cloud(), 3, 7)
    distance = np.linalg.norm(found[:, None] - CENTRES[None], axis=2)
    assert found.dtype == np.float32
    assert sorted(distance.argmin(axis=1)) == [0, 1, 2]
    assert distance.min(axis=1).max() < 0.05


def test_the_seed_alone_decides() -> None:
    assert np.array_equal(velocity_clusters(cloud(), 3, 7), velocity_clusters(cloud(), 3, 7))


def test_no_more_are_chosen_than_differ() -> None:
    assert len(velocity_clusters(np.full((50, 2), 1.5, np.float32), 40, 0)) == 1
    assert velocity_clusters(np.zeros((0, 2), np.float32), 40, 0).shape == (0, 2)
