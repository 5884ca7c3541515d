"""Things that move on their own: what of a frame's measured motion departs from a calm background, and as one."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["LEAST_SPEED", "MovingThing", "alike", "mixed", "moving_things"]

LEAST_SPEED = 2.5  # view pixels a frame against the background: what is slower may be parallax, or the measure's noise
CALM = 0.8  # share of what is measured that moves with the background; where less does there is no background
FASTER = 4.0  # than that share of the background: where the camera travels, near things move otherwise than far ones
LEAST_SHARE = 0.0008  # of the picture: smaller things are not looked for
ALIKE = 0.25  # share of its speed by which the parts of a thing may differ in motion
LEAST_ALIKE = 1.0  # view pixels a frame, the same
LEAST_MIX = 0.3  # share of a thing's speed: along its edge dense flow measures between this and all of it
COHERENT = 0.6  # share of what lies together that must move as one
JOINED = 5  # view pixels: parts this near to each other lie together


@dataclass(frozen=True, eq=False)
class MovingThing:
    """What moves as one in a frame; the same only as itself.

    points    [n 2]  its pixels as far as their motion is measured, x and y
    velocity  [2]    on top of the homography, view pixels a frame, forwards
    """

    points: Array
    velocity: Array


def moving_things(velocity: Array, trusted: NDArray[np.bool_]) -> tuple[MovingThing, ...]:
    """Find what moves on its own in a frame.

    velocity  [h w 2]  on top of the homography, view pixels a frame, forwards
    trusted   [h w]    True where it is measured
    returns   none where the background itself does not move as one
    """
    speed = np.hypot(velocity[..., 0], velocity[..., 1])
    if not trusted.any():
        return ()
    moving = trusted & (speed > max(LEAST_SPEED, FASTER * float(np.quantile(speed[trusted], CALM))))
    count = np.count_nonzero(moving)
    least = LEAST_SHARE * moving.size
    if count < least or count > (1 - CALM) * np.count_nonzero(trusted):
        return ()
    joined = np.asarray(cv2.dilate(moving.astype(np.uint8), np.ones((JOINED, JOINED), np.uint8)))
    names = np.where(moving, np.asarray(cv2.connectedComponents(joined)[1]), 0)
    rows, columns = np.nonzero(names)
    name = names[rows, columns]
    things: list[MovingThing] = []
    for each in np.flatnonzero(np.bincount(name) >= least):
        own = name == each
        speeds = velocity[rows[own], columns[own]]
        middle = np.median(speeds, axis=0).astype(np.float32)
        same = alike(speeds, middle)
        if same.mean() >= COHERENT:
            points = np.stack([columns[own], rows[own]], axis=-1)[same].astype(np.float32)
            things.append(MovingThing(points, middle))
    return _together(things)


def _together(things: Sequence[MovingThing]) -> tuple[MovingThing, ...]:
    """Take things that move alike as one, which something before it parts; the largest first."""
    left = sorted(things, key=lambda thing: -len(thing.points))
    joined: list[MovingThing] = []
    while left:
        first = left.pop(0)
        same = [thing for thing in left if alike(thing.velocity[None], first.velocity)[0]]
        left = [thing for thing in left if not alike(thing.velocity[None], first.velocity)[0]]
        joined.append(MovingThing(np.concatenate([first.points, *(thing.points for thing in same)]), first.velocity))
    return tuple(joined)


def alike(velocities: Array, one: Array) -> NDArray[np.bool_]:
    """Tell which velocities [n 2] are those of a thing that moves with one velocity [2], view pixels a frame."""
    apart = np.hypot(*(velocities - one).T)
    return np.asarray(apart < max(LEAST_ALIKE, ALIKE * float(np.hypot(*one))))


def mixed(velocities: Array, one: Array) -> NDArray[np.bool_]:
    """Tell which velocities [n 2] lie between the background's and that of a thing: they are found along its edge."""
    along = np.clip((velocities @ one) / max(float(one @ one), 1e-6), LEAST_MIX, 1)
    apart = np.hypot(*(velocities - along[:, None] * one).T)
    return np.asarray(apart < max(LEAST_ALIKE, ALIKE * float(np.hypot(*one))))
