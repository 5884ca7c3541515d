"""Grain, measured and made."""

import numpy as np
import pytest

from vfxlib.grain.model import Grain, add_grain, grain_between, measure_grain


def plate(sigma=0.01, level=0.2):
    rng = np.random.default_rng(1)
    return (level + sigma * rng.standard_normal((200, 200, 3))).astype(np.float32)


def lattice():
    y, x = np.mgrid[6:194:4, 6:194:4]
    return y.ravel(), x.ravel()


def test_grain_is_measured_by_light():
    image = plate(0.01, 0.2)
    image[:, 100:] = plate(0.03, 0.8)[:, 100:]
    grain = measure_grain(image, np.ones((200, 200), bool), *lattice())
    dark, bright = grain.at(np.array([[0.2] * 3, [0.8] * 3], np.float32))
    assert dark == pytest.approx(0.01, rel=0.25)
    assert bright == pytest.approx(0.03, rel=0.25)


def test_each_channel_has_the_grain_of_its_own_light():
    image = np.concatenate([plate(0.004 + 0.02 * light, light) for light in (0.1, 0.3, 0.5)], axis=1)
    warm = np.float32([1.0, 0.5, 0.1])
    grain = measure_grain(image * warm, np.ones(image.shape[:2], bool), *np.mgrid[6:194:4, 6:594:4].reshape(2, -1))
    expected = [(0.004 + 0.02 * light) * warm for light in (0.1, 0.3, 0.5)]
    assert grain.at(np.float32([[light] * 3 for light in (0.1, 0.3, 0.5)]) * warm) == pytest.approx(
        np.array(expected), rel=0.2
    )


def test_texture_is_not_taken_for_grain_where_there_are_quiet_places():
    image = plate()
    image[:150] += np.float32(0.3) * np.random.default_rng(2).random((150, 200, 1), np.float32)
    grain = measure_grain(image, np.ones((200, 200), bool), *lattice())
    assert grain.sigma.min() < 0.02


def test_nothing_known_is_no_grain():
    grain = measure_grain(plate(), np.zeros((200, 200), bool), *lattice())
    assert (grain.at(np.ones((3, 3), np.float32)) == 0).all()


def test_grain_comes_back_only_as_far_as_it_is_grain():
    grain = Grain(np.zeros((1, 3)), np.full((1, 3), 0.01))
    sharp = np.zeros((2, 3), np.float32)
    nearest = np.array([[0.01] * 3, [5.0] * 3], np.float32)
    back = grain_between(grain, sharp, nearest, np.full(2, 0.6, np.float32))
    assert np.allclose(back[0], 0.0093, rtol=0.02)
    assert (back[1] < 0.05).all()
    assert (grain_between(grain, sharp, nearest, np.zeros(2, np.float32)) == 0).all()


def test_no_grain_is_added_where_none_is_wished():
    colour = np.full((10, 3), 0.5, np.float32)
    grain = Grain(np.zeros((1, 3)), np.full((1, 3), 0.01))
    assert np.array_equal(add_grain(colour, grain, 0.0, np.random.default_rng(0)), colour)
