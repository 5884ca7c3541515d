"""A wall that slides by two pixels a frame behind a square hole, with its motion known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.vfxlib.motion.scenes import Image, hole, moved, texture, window_frames
from vfxlib.image.picture import Array
from vfxlib.motion import Join, Motion, Pair, View, make_view
from vfxlib.motion.sightings import SightingCost
from vfxlib.motion.trajectory import Trajectory
from vfxlib.motion.window import lay_out

HEIGHT, WIDTH, FRAMES, MIDDLE, SPEED = 48, 72, 7, 3, 2.0


def bars() -> Image:
    """A wall that looks the same every three pixels."""
    y, x = np.mgrid[0:HEIGHT, 0 : WIDTH + 40].astype(np.float32)
    return np.asarray(0.4 + 0.2 * np.sin(2 * np.pi * x / 3 + y / 5), np.float32)


def views(hidden: tuple[int, ...] = (), wall: Image | None = None) -> dict[int, View]:
    """Frame 3 has the hole; so have the frames that are named."""
    wall = texture(HEIGHT, WIDTH + 40, 3) if wall is None else wall
    whole = np.ones((HEIGHT, WIDTH), np.bool_)
    found = {}
    for t in range(FRAMES):
        frame = moved(wall, np.array([[1, 0, 20 - SPEED * (t - MIDDLE)], [0, 1, 0], [0, 0, 1]]), (WIDTH, HEIGHT))
        known = hole(HEIGHT, WIDTH, 36, 24, 8) if t == MIDDLE or t in hidden else whole
        found[t] = make_view(frame[..., None], known)
    return found


def grainy(shown: dict[int, View], deviation: float, seed: int) -> dict[int, View]:
    """The same with grain of its own on every frame."""
    grain = np.random.default_rng(seed)
    return {
        t: replace(view, working=view.working + np.float32(deviation) * grain.standard_normal(view.working.shape, "f4"))
        for t, view in shown.items()
    }


def pairs(error: float = 0.0) -> dict[int, Pair]:
    """The homography says nothing, the residual all of it; how far it is wrong is the same everywhere."""
    forward = np.full((HEIGHT, WIDTH, 2), (SPEED, 0), np.float32)
    errors: Array = np.full((HEIGHT, WIDTH), error, np.float32)
    still, size = np.eye(3), (WIDTH, HEIGHT)
    pair = Pair(Motion(still, forward, size), Motion(still, -forward, size), errors, errors, Join(still, 500, 1.0))
    return dict.fromkeys(range(FRAMES - 1), pair)


def points() -> np.ndarray:
    y, x = np.nonzero(~hole(HEIGHT, WIDTH, 36, 24, 8))
    return np.stack([x, y], axis=-1)


def judge(
    shown: dict[int, View] | None = None, at: np.ndarray | None = None, measured: dict[int, Pair] | None = None
) -> SightingCost:
    """Judges velocities of the hole's points, or of some; everything moves with its velocity alone."""
    frames = window_frames(shown or views(), measured or pairs())
    courses = {t: Trajectory.by_camera(np.eye(3), t - MIDDLE, (HEIGHT, WIDTH)) for t in range(FRAMES)}
    bounds = np.array([-4, -4], np.float32), np.array([4, 4], np.float32)
    return lay_out(MIDDLE, frames, courses, points() if at is None else at, bounds)
