"""Frames of a shot beside others, where damage is looked for."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from nodes.processors.mask_propagate.damage_shot import DamageShot
from vfxlib.image.box import Box
from vfxlib.motion import Chain

WIDTH, HEIGHT, FRAMES = 24, 6, 5
PAN = 8.0  # pixels that the picture moves to the left from frame to frame
WIDE = np.random.default_rng(1).random((HEIGHT, WIDTH + int(PAN) * FRAMES, 3)).astype(np.float32)


@dataclass
class Frame:
    """A frame as the shot keeps it."""

    working: np.ndarray
    known: np.ndarray


def pan(by):
    """A motion that is the same everywhere."""
    return SimpleNamespace(motion=SimpleNamespace(displacement=lambda points: np.full_like(points, 1) * [by, 0]))


@pytest.fixture
def shot():
    frames = {
        i: Frame(WIDE[:, int(PAN) * i : int(PAN) * i + WIDTH].copy(), np.ones((HEIGHT, WIDTH), np.bool_))
        for i in range(FRAMES)
    }
    fields = {i: SimpleNamespace(forward=pan(-PAN), backward=pan(PAN)) for i in range(FRAMES)}
    still = {i: np.eye(3) for i in range(FRAMES)}
    chain = Chain(tuple(range(FRAMES)), still, dict.fromkeys(range(FRAMES), 0), frozenset())
    return DamageShot(Box(0, 0, WIDTH, HEIGHT), chain, frames, fields)


def test_what_another_frame_does_not_show_is_taken_from_the_nearest_that_does(shot):
    beside = shot.beside(2, shot.others(2), shot.window)
    assert beside.others.shape == (4, 3, HEIGHT, WIDTH)
    for other in beside.others:  # each column lies in one of the two frames beside at least
        assert np.allclose(other, beside.frame, atol=1e-5)


def test_what_no_other_frame_shows_differs_in_nothing(shot):
    beside = shot.beside(0, (4,), shot.window)  # 32 pixels away: nothing of it lies in this frame
    assert np.array_equal(beside.others[0], beside.frame)


def test_pixels_that_another_plate_does_not_have_are_none_of_its(shot):
    shot._frames[1].known[:] = False
    shot._frames[1].working[:] = 0
    beside = shot.beside(2, (1, 3), Box(8, 0, 16, HEIGHT))
    assert np.allclose(beside.others[0], beside.frame, atol=1e-5)
