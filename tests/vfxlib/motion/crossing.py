"""A made scene: a thing with a motion of its own crosses behind a matte that stands still."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np

from tests.vfxlib.motion.scenes import Image, hole, moved, shoot, texture, window_frames
from vfxlib.motion import Pair, View
from vfxlib.motion.window_frame import WindowFrame

HEIGHT, WIDTH, COUNT = 130, 260, 11
SPEED = 6.0  # pixels a frame to the right, over a camera that stands
HALF = (24, 18)  # of the thing, across and down
MATTE_AT, MATTE_HALF = (134, 66), 18
MIDDLE = COUNT // 2


def shift(x: float) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, 0], [0, 0, 1.0]])


def thing_at(t: int) -> np.ndarray:
    """True where the thing is."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return (np.abs(x - 130 - SPEED * (t - MIDDLE)) <= HALF[0]) & (np.abs(y - 64) <= HALF[1])


@functools.cache
def shot(post: bool = False) -> tuple[dict[int, View], dict[int, Pair]]:
    """The shot; with a post beside the thing, half behind the matte, that stands before the thing if wanted."""
    wall, skin = texture(HEIGHT, WIDTH, 1), texture(HEIGHT, WIDTH + 200, 2)
    frames: list[Image] = []
    for t in range(COUNT):
        near = moved(skin, shift(100 - SPEED * (t - MIDDLE)), (WIDTH, HEIGHT))
        frame = np.where(thing_at(t), near, wall).astype(np.float32)
        if post:
            frame[:, 144:162] = wall[:, 144:162]
        frames.append(frame)
    return shoot(frames, [hole(HEIGHT, WIDTH, *MATTE_AT, MATTE_HALF)] * COUNT)


@functools.cache
def changing() -> tuple[dict[int, View], dict[int, Pair]]:
    """The shot, but the thing looks otherwise in every frame, though its motion is measured."""
    views, pairs = shot()
    skins = [texture(HEIGHT, WIDTH, 10 + t) for t in range(COUNT)]
    changed = {}
    for t, view in views.items():
        here = thing_at(t) & view.known
        changed[t] = replace(view, working=np.where(here[..., None], skins[t][..., None], view.working))
    return changed, pairs


def frames(post: bool = False) -> dict[int, WindowFrame]:
    """The shot on the processor, with what was measured."""
    views, pairs = shot(post)
    return window_frames(views, pairs)
