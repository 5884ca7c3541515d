"""Holes closed smoothly."""

import numpy as np

from vfxlib.spatial_fill.pull_push import pull_push


def test_what_is_known_keeps_its_value():
    image = np.random.default_rng(1).random((33, 47, 3)).astype(np.float32)
    weight = (np.random.default_rng(2).random((33, 47)) < 0.4).astype(np.float32)
    filled = pull_push(image, weight, rounds=5)
    assert np.array_equal(filled[weight == 1], image[weight == 1])
    assert filled.min() >= image[weight == 1].min() - 1e-6
    assert filled.max() <= image[weight == 1].max() + 1e-6


def test_what_is_not_known_is_never_looked_at():
    image, weight = np.ones((16, 16, 1), np.float32), np.ones((16, 16), np.float32)
    weight[4:12, 4:12] = 0
    image[4:12, 4:12] = np.nan
    assert np.allclose(pull_push(image, weight, rounds=3), 1)


def test_a_ramp_is_closed_by_a_ramp():
    ramp = np.linspace(0, 1, 64, dtype=np.float32)[None, :, None].repeat(64, axis=0)
    weight = np.ones((64, 64), np.float32)
    weight[20:44, 20:44] = 0
    assert np.abs(pull_push(ramp, weight, rounds=24) - ramp).max() < 0.03


def test_nothing_known_gives_nothing():
    assert (pull_push(np.ones((8, 8, 2), np.float32), np.zeros((8, 8), np.float32)) == 0).all()


def test_what_relaxes_moves_to_the_mean_of_its_neighbours_and_of_itself_beyond_the_edge():
    image = np.random.default_rng(3).random((2, 2, 3)).astype(np.float32)  # the level below is one pixel
    weight = np.array([[1, 0.25], [0, 0]], np.float32)
    expected, free = pull_push(image, weight), (1 - weight)[..., None]
    for _ in range(5):
        padded = np.pad(expected, ((1, 1), (1, 1), (0, 0)), mode="edge")
        around = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]
        expected = expected + free * (np.float32(0.25) * around - expected)
    assert np.array_equal(pull_push(image, weight, rounds=5), expected)
