"""A camera that travels past things at several depths."""

from __future__ import annotations

import math
import random

from benchmarks.rendered_sets.in_blender import light, surfaces
from benchmarks.rendered_sets.in_blender.motion import Shot, animate, camera, look, shake
from benchmarks.rendered_sets.in_blender.shapes import boulders, box, foliage, ground, tube, wall, window
from benchmarks.rendered_sets.in_blender.things import barrel, person, sign_post, walk

__all__ = ["colonnade", "wood"]


def colonnade(count: int) -> Shot:
    ground(surfaces.tiles("yard", (0.4, 0.3, 0.22), (0.3, 0.24, 0.19), (0.09, 0.08, 0.07), 0.4, "XY", 0.45))
    wall((0, 6.5, 2.2), (22, 0.4, 4.6), surfaces.rubble("yard wall", (0.26, 0.2, 0.15), (0.55, 0.45, 0.34), 0.3))
    frame, pane = (
        surfaces.planks("shutters", (0.1, 0.24, 0.3), 0.08),
        surfaces.painted("yard pane", (0.04, 0.05, 0.06), 0.06),
    )
    for x in (-4.8, -1.8, 1.4, 4.3):
        window(x, 6.27, 2.5, 1.0, 1.4, frame, pane)
    box("door", (-0.2, 6.27, 1.05), (1.1, 0.08, 2.1), surfaces.planks("yard door", (0.34, 0.12, 0.07), 0.14))
    pale = surfaces.concrete("pillar", (0.56, 0.52, 0.44), "XZ", (0.7, 0.5))
    for k in range(-5, 6):
        box("pillar", (1.7 * k + 0.4, 3.8, 1.5), (0.36, 0.36, 3.0), pale, 0.04)
        box("cap", (1.7 * k + 0.4, 3.8, 3.05), (0.56, 0.56, 0.2), pale, 0.03)
    box("beam", (0, 3.8, 3.3), (22, 0.4, 0.3), surfaces.planks("yard beam", (0.24, 0.15, 0.09), 0.1, "X", "Z"))
    leaf = surfaces.leaves("laurel", (0.02, 0.06, 0.015), (0.15, 0.25, 0.05))
    clay = surfaces.bricks("pots", (0.5, 0.2, 0.1), (0.42, 0.16, 0.08), (0.3, 0.14, 0.08), (0.9, 0.3))
    rng = random.Random(12)
    for k, (x, y) in enumerate(((-2.9, 2.4), (-1.1, 2.9), (0.9, 2.3), (2.4, 2.9), (-1.9, 1.2), (1.8, 1.0), (3.8, 1.9))):
        tall = rng.uniform(0.35, 0.6)
        tube("pot", (x, y, tall / 2), 0.18, tall, clay, top=0.28)
        foliage("laurel", (x, y, tall + 0.4), (0.4, 0.4, 0.5), 700, 0.06, leaf, 80 + k)
    barrel("butt", (0.26, 0.15, 0.08), (0.1, 0.1, 0.1), 0.36, 1.0).location = (0.15, 2.9, 0)
    thing = person("gardener", (0.16, 0.28, 0.2), (0.26, 0.2, 0.14), hat=(0.5, 0.42, 0.26))
    animate(
        thing,
        count,
        lambda t: {
            "location": (-0.1 + 0.03 * math.sin(t / 3), 0.2, 0),
            "rotation_euler": (0, 0, 0.5 + 0.1 * math.sin(t / 4)),
        },
    )
    walk(thing, count, 9, 16)
    eye = camera(32)
    animate(
        eye, count, lambda t: look((-0.75 + 0.13 * t, -4.4, 1.45), (-0.3 + 0.085 * t, 3, 1.25), shake(t, 0.7, 32, 8))
    )
    light.sky((0.9, 0.85, 0.78), (0.25, 0.45, 0.9), 1.2)
    light.sun(50, 42, 6.5, (1.0, 0.94, 0.82))
    return Shot(thing, [eye])


def wood(count: int) -> Shot:
    ground(surfaces.turf("forest floor", (0.05, 0.04, 0.02), (0.2, 0.15, 0.06)))
    path = box(
        "path",
        (0, 2, 0.004),
        (1.8, 30, 0.03),
        surfaces.gravel("forest path", (0.14, 0.11, 0.08), (0.36, 0.29, 0.21), 0.08),
    )
    path.rotation_euler = (0, 0, math.radians(-6))
    rng = random.Random(21)
    leaf = surfaces.leaves("fern", (0.03, 0.08, 0.01), (0.22, 0.34, 0.06))
    high = surfaces.leaves("crown leaf", (0.05, 0.11, 0.02), (0.3, 0.36, 0.08))
    trunks = [
        surfaces.bark(f"trunk {k}", c) for k, c in enumerate(((0.2, 0.15, 0.1), (0.26, 0.22, 0.17), (0.15, 0.11, 0.08)))
    ]
    for k in range(34):
        y = rng.uniform(1.2, 13)
        x = rng.choice((-1, 1)) * rng.uniform(0.95, 1.6 + 0.55 * y)
        radius = rng.uniform(0.1, 0.26)
        tube("trunk", (x, y, 3.4), radius, 7, trunks[k % 3], top=radius * 0.6)
        if k % 2:
            foliage("fern", (x + rng.uniform(-0.7, 0.7), y - 0.5, 0.2), (0.6, 0.5, 0.32), 350, 0.07, leaf, 120 + k)
    for k in range(12):
        foliage(
            "crown",
            (rng.uniform(-6, 6), rng.uniform(6, 13), rng.uniform(3.2, 5)),
            (1.8, 1.2, 0.9),
            700,
            0.13,
            high,
            170 + k,
        )
    for k in range(9):
        foliage("back", (-8 + 2 * k, 14.5, 1.8), (1.7, 0.8, 2.2), 700, 0.14, high, 190 + k)
    boulders(
        9,
        (-3, 1, 0.02),
        (3, 6, 0.1),
        (0.12, 0.35),
        surfaces.rock("mossy", (0.08, 0.085, 0.06), (0.34, 0.34, 0.28), 1.6),
        15,
    )
    thing = sign_post("way mark", 4.4, 2.1, (0.72, 0.62, 0.16))
    animate(thing, count, lambda t: {"location": (0.35, 0.5, 0), "rotation_euler": (0, 0.01 * math.sin(t / 2), 0.25)})
    eye = camera(29)
    animate(
        eye,
        count,
        lambda t: look(
            (-0.75 + 0.06 * t, -4.4 + 0.13 * t, 1.5 + 0.012 * t), (0.1 + 0.02 * t, 4, 1.35), shake(t, 1.0, 29, 44)
        ),
    )
    light.sky((1.0, 0.98, 0.85), (0.4, 0.55, 0.85), 1.5)
    light.sun(52, 128, 7.5, (1.0, 0.94, 0.78), 0.9)
    return Shot(thing, [eye])
