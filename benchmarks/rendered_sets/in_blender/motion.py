"""How cameras and things of the sets move; time counts frames from the first, and half frames are keyed for blur."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import bpy

__all__ = ["FIRST", "Shot", "animate", "camera", "empty", "focal_pixels", "look", "shake", "stand"]

FIRST = 1001
WIDTH, SENSOR = 480, 36.0
Xyz = Sequence[float]


@dataclass
class Shot:
    """A scene that is ready to be rendered.

    thing    what goes, the root of all its parts
    cameras  one for each take
    moving   roots of what moves on its own and stays
    each     called with the frame's index before it is rendered, for what is not keyed: lights
    """

    thing: Any
    cameras: list[Any]
    moving: list[Any] = field(default_factory=list)
    each: Callable[[int], None] | None = None


def empty(name: str, parent: Any = None, at: Xyz = (0, 0, 0)) -> Any:
    made = bpy.data.objects.new(name, None)
    bpy.context.collection.objects.link(made)
    made.parent, made.location = parent, at
    return made


def camera(lens: float) -> Any:
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width = lens, SENSOR
    made = bpy.data.objects.new("camera", data)
    bpy.context.collection.objects.link(made)
    return made


def focal_pixels(lens: float) -> float:
    """How many pixels a radian is in the middle of the picture."""
    return lens / SENSOR * WIDTH


def animate(made: Any, count: int, pose: Callable[[float], dict[str, Any]]) -> None:
    """Key properties of an object or of its data at every half frame, one frame beyond both ends.

    pose  time in frames -> property -> value
    """
    for half in range(-2, 2 * count + 2):
        for name, value in pose(half / 2).items():
            _put(made, name, value)
            made.keyframe_insert(name, frame=FIRST + half / 2)


def _put(made: Any, name: str, value: Any) -> None:
    match name:
        case "location":
            made.location = value
        case "rotation_euler":
            made.rotation_euler = value
        case "lens":
            made.lens = value
        case _:
            raise ValueError(f"{name} is nothing that moves")


def look(at: Xyz, towards: Xyz, turn: tuple[float, float, float] = (0, 0, 0)) -> dict[str, Any]:
    """The pose of a camera.

    turn  radians up, of roll, and to the left, on top of looking ``towards`` a point
    """
    dx, dy, dz = (b - a for a, b in zip(at, towards, strict=True))
    pitch = math.atan2(dz, math.hypot(dx, dy))
    return {
        "location": tuple(at),
        "rotation_euler": (math.pi / 2 + pitch + turn[0], turn[1], math.atan2(-dx, dy) + turn[2]),
    }


def shake(t: float, pixels: float, lens: float, seed: int) -> tuple[float, float, float]:
    """The turn of a camera carried by hand: slow sway and quick tremor.

    pixels  about how far the picture moves from frame to frame
    """
    rng = random.Random(seed)
    unit = pixels / focal_pixels(lens)
    turns = []
    for share in (0.6, 0.25, 0.75):
        swing = 0.0
        for period, part in ((11.0, 0.4), (6.3, 0.5), (3.7, 0.35)):
            period *= rng.uniform(0.85, 1.15)
            swing += part * period / 6.2832 * math.sin(6.2832 * (t / period + rng.random()))
        turns.append(1.45 * unit * share * swing)
    return turns[0], turns[1] * 0.5, turns[2]


def stand(lens: float, at: Xyz, towards: Xyz, count: int, pixels: float = 0.0, seed: int = 0) -> Any:
    """A camera that stays where it is, locked or, with ``pixels``, carried by hand."""
    made = camera(lens)
    if not pixels:
        for name, value in look(at, towards).items():
            _put(made, name, value)
        return made

    def pose(t: float) -> dict[str, Any]:
        turn = shake(t, pixels, lens, seed)
        step = [0.25 * v for v in shake(t + 40, pixels, lens, seed + 1)]
        return look([a + d for a, d in zip(at, step, strict=True)], towards, turn)

    animate(made, count, pose)
    return made
