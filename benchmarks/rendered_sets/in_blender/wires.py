"""Thin things before a wall of detail, under a shaken camera with motion blur."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.rendered_sets.in_blender import light, surfaces
from benchmarks.rendered_sets.in_blender.motion import Shot, animate, camera, empty, focal_pixels, look, shake
from benchmarks.rendered_sets.in_blender.shapes import boulders, box, foliage, ground, relief, rope, tube, wall, window

__all__ = ["backstreet", "quarry"]


def _carried(lens: float, at: tuple[float, ...], towards: tuple[float, ...], count: int, seed: int) -> Any:
    """A camera in unsteady hands: tremor, sway, and steps, which alone shift a wire against what is behind it."""
    made = camera(lens)
    phase, unit = seed % 7, 1 / focal_pixels(lens)

    def pose(t: float) -> dict[str, Any]:
        up, roll, left = shake(t, 3.0, lens, seed)
        up += 9 * unit * math.sin(6.2832 * t / 15 + phase)
        left += 8 * unit * math.sin(6.2832 * t / 12 + 2 * phase)
        step = (0.07 * math.sin(6.2832 * t / 9 + phase), 0.0, 0.08 * math.sin(6.2832 * t / 11 + 3 * phase))
        return look([a + d for a, d in zip(at, step, strict=True)], towards, (up, roll, left))

    animate(made, count, pose)
    return made


def _swing(wires: Any, count: int, across: float, up: float) -> None:
    """In the wind, by metres."""
    animate(wires, count, lambda t: {
        "location": (across * math.sin(6.2832 * t / 8), 0.0, up * math.sin(6.2832 * t / 7 + 1.0))
    })  # fmt: skip


def quarry(count: int) -> Shot:
    stone = surfaces.rock("quarry rock", (0.1, 0.085, 0.075), (0.52, 0.45, 0.36))
    ground(surfaces.gravel("scree", (0.12, 0.1, 0.085), (0.4, 0.35, 0.28), 0.09))
    relief((0, 3.4, 3.0), 16, 9, 0.7, stone, 3)
    boulders(16, (-6, 0.8, 0.05), (6, 2.6, 0.2), (0.2, 0.6), stone, 8)
    leaf = surfaces.leaves("broom", (0.04, 0.07, 0.015), (0.26, 0.28, 0.06))
    for k, (x, z) in enumerate(((-3.4, 0.4), (2.6, 0.3), (0.6, 3.3), (-1.9, 2.7), (4.4, 2.2))):
        foliage("broom", (x, 2.5, z), (0.5, 0.4, 0.4), 700, 0.06, leaf, 40 + k)
    wires = empty("wires")
    black = surfaces.painted("cable", (0.02, 0.02, 0.022), 0.4)
    steel = surfaces.painted("steel rope", (0.45, 0.45, 0.46), 0.3)
    for z, tilt, sag, paint in ((2.5, 0.5, 0.5, black), (1.75, -0.2, 0.35, steel), (1.2, 0.25, 0.6, black)):
        rope((-5, -1.4, z + tilt), (5, -1.4, z), sag, 0.021, paint, wires)
    _swing(wires, count, 0.0, 0.07)
    light.sky((0.85, 0.82, 0.8), (0.35, 0.5, 0.8), 1.5)
    light.sun(42, -48, 8.5, (1.0, 0.93, 0.82), 1.2)
    return Shot(wires, [_carried(34, (0.0, -6.4, 1.6), (0.2, 3, 1.75), count, 12)])


def backstreet(count: int) -> Shot:
    red = surfaces.bricks("tenement", (0.36, 0.12, 0.075), (0.2, 0.07, 0.05), (0.36, 0.33, 0.29), (0.3, 0.1))
    iron, white = surfaces.painted("iron", (0.05, 0.06, 0.055), 0.5), surfaces.painted("frame", (0.6, 0.58, 0.5), 0.5)
    lit = surfaces.glowing("lit pane", (1.0, 0.66, 0.28), 1.8)
    dark = surfaces.painted("pane", (0.03, 0.04, 0.05), 0.06)
    ground(surfaces.rubble("back street", (0.08, 0.075, 0.07), (0.26, 0.23, 0.2), 0.16, "XY"))
    wall((0, 4.2, 4), (18, 0.6, 8), red)
    for k, (x, z) in enumerate((x, z) for z in (1.2, 3.6) for x in (-4.4, -2.2, 0.1, 2.3, 4.5)):
        window(x, 3.88, z, 0.9, 1.3, white, lit if k in (2, 8) else dark)
    for z in (2.5, 4.9):
        for y in (3.0, 3.75):
            box("landing", (0.9, y, z), (3.6, 0.04, 0.05), iron)
        for k in range(17):
            box("baluster", (-0.85 + 0.22 * k, 3.0, z + 0.3), (0.025, 0.025, 0.6), iron)
        box("rail", (0.9, 3.0, z + 0.6), (3.6, 0.04, 0.04), iron)
    for k in range(9):
        box("tread", (-1.0 + 0.24 * k, 3.35, 0.35 + 0.26 * k), (0.22, 0.6, 0.04), iron)
    wall(
        (-5.6, 3.86, 1.5),
        (1.3, 0.05, 1.8),
        surfaces.poster("bill", (0.7, 0.62, 0.4), (0.06, 0.05, 0.05), (0.55, 0.1, 0.06), 2.0),
    )
    for x, z in ((-3.3, 0.4), (3.4, 0.45)):
        tube("bin", (x, 3.2, z), 0.3, 0.85, surfaces.corrugated(f"bin {x}", (0.3, 0.33, 0.34), 0.06))
    thing = empty("wires")
    chain, pole = surfaces.painted("chain", (0.3, 0.26, 0.2), 0.35), surfaces.painted("pole", (0.4, 0.38, 0.1), 0.4)
    for x, lean in ((-1.5, 0.5), (1.7, -0.3)):
        rope((x, -1.0, 5.5), (x + lean, -1.0, -0.2), 0.0, 0.022, chain, thing)
    tube("pole", (0.35, -1.2, 2.5), 0.024, 6, pole, turn=(0, math.radians(9), 0)).parent = thing
    rope((-5, -0.8, 2.6), (5, -0.8, 3.1), 0.5, 0.018, chain, thing)
    _swing(thing, count, 0.08, 0.05)
    light.sky((1.0, 0.62, 0.42), (0.2, 0.3, 0.55), 0.55)
    light.sun(24, 62, 5.5, (1.0, 0.68, 0.4))
    light.lamp((2.3, 3.0, 3.4), 30, (1.0, 0.6, 0.3))
    return Shot(thing, [_carried(30, (-0.3, -5.6, 1.7), (0.1, 4, 2.1), count, 77)])
