"""A locked camera, light that flickers, and a thing that moves to and fro but never leaves its place."""

from __future__ import annotations

import math
import random

from benchmarks.rendered_sets.in_blender import light, surfaces
from benchmarks.rendered_sets.in_blender.motion import Shot, animate, empty, stand
from benchmarks.rendered_sets.in_blender.shapes import box, ground, tube, wall
from benchmarks.rendered_sets.in_blender.things import barrel

__all__ = ["cellar", "washhouse"]


def cellar(count: int) -> Shot:
    field = surfaces.rubble("cellar wall", (0.1, 0.09, 0.08), (0.36, 0.31, 0.25), 0.3)
    oak = surfaces.planks("cellar boards", (0.26, 0.15, 0.075), 0.2, "Y", "X")
    rack = surfaces.planks("rack", (0.3, 0.19, 0.1), 0.1, "X", "Z")
    glass, label = (
        surfaces.painted("bottle", (0.015, 0.04, 0.02), 0.08),
        surfaces.painted("label", (0.62, 0.55, 0.4), 0.8),
    )
    ground(oak, 14)
    wall((0, 2.2, 1.5), (9, 0.4, 3.4), field)
    wall((-3.6, 0, 1.5), (6, 0.4, 3.4), field, 90)
    for x in (-2.6, 0.3, 3.2):
        box("post", (x, 1.85, 1.5), (0.22, 0.2, 3.0), rack, 0.02)
    box("beam", (0.3, 1.85, 2.45), (6.4, 0.22, 0.24), rack, 0.02)
    rng = random.Random(4)
    for z in (0.62, 1.2, 1.78):
        box("shelf", (1.75, 1.78, z), (2.7, 0.34, 0.05), rack)
        for k in range(13):
            tall = rng.uniform(0.24, 0.36)
            tube("bottle", (0.6 + 0.19 * k, 1.74, z + tall / 2), 0.05, tall, glass, top=0.035)
            tube("label", (0.6 + 0.19 * k, 1.74, z + tall * 0.4), 0.052, 0.1, label, top=0.05)
    wall(
        (-1.2, 1.99, 1.55),
        (0.9, 0.03, 0.7),
        surfaces.poster("notice", (0.7, 0.6, 0.42), (0.07, 0.04, 0.03), (0.4, 0.1, 0.05), 5),
    )
    barrel("far barrel", (0.24, 0.13, 0.06), (0.12, 0.11, 0.1)).location = (-2.3, 1.4, 0)
    thing = barrel("barrel", (0.42, 0.22, 0.09), (0.2, 0.19, 0.17), 0.4, 1.15)
    animate(thing, count, lambda t: {
        "location": (-0.1 + 0.17 * math.sin(6.2832 * t / 9), -0.1, 0.02),
        "rotation_euler": (0, math.radians(7 * math.sin(6.2832 * t / 9 + 0.4)), 0.3 * math.sin(6.2832 * t / 9)),
    })  # fmt: skip
    fire = light.lamp((2.5, -2.4, 1.1), 300, (1.0, 0.55, 0.22), 0.2)
    candle = light.lamp((-1.5, 0.9, 2.0), 45, (1.0, 0.62, 0.3), 0.06)
    tube("flame", (-1.5, 1.3, 1.98), 0.03, 0.14, surfaces.glowing("flame", (1.0, 0.6, 0.22), 14), top=0.005)
    light.sky((0.1, 0.12, 0.18), (0.1, 0.12, 0.18), 3.0, (0.1, 0.12, 0.18))
    rng = random.Random(31)
    strength = [(rng.uniform(0.6, 1.25), rng.uniform(0.5, 1.4)) for _ in range(count)]

    def flicker(index: int) -> None:
        fire.energy, candle.energy = 1100 * strength[index][0], 130 * strength[index][1]

    return Shot(thing, [stand(32, (0.3, -4.6, 1.35), (0.2, 2, 1.1), count)], each=flicker)


def washhouse(count: int) -> Shot:
    pale = surfaces.tiles("wall tiles", (0.5, 0.56, 0.52), (0.36, 0.46, 0.44), (0.16, 0.15, 0.13), 0.15)
    floor = surfaces.tiles("floor tiles", (0.24, 0.1, 0.07), (0.4, 0.36, 0.28), (0.07, 0.065, 0.06), 0.22, "XY", 0.35)
    band = surfaces.tiles("band", (0.06, 0.13, 0.22), (0.1, 0.2, 0.3), (0.3, 0.3, 0.28), 0.075)
    white, metal = (
        surfaces.painted("enamel", (0.7, 0.69, 0.65), 0.15),
        surfaces.painted("pipe", (0.36, 0.27, 0.18), 0.25),
    )
    ground(floor, 12)
    wall((0, 2.4, 1.6), (10, 0.3, 3.3), pale)
    wall((0, 2.235, 1.55), (10, 0.02, 0.15), band)
    wall((3.4, 0, 1.6), (6, 0.3, 3.3), pale, 90)
    for x in (-2.1, -0.7, 0.7, 2.1):
        box("basin", (x, 2.0, 0.86), (0.85, 0.55, 0.2), white, 0.06)
        tube("drain", (x, 2.05, 0.45), 0.04, 0.85, metal)
        box("tap", (x, 2.1, 1.08), (0.05, 0.24, 0.05), metal, 0.01)
        box("mirror frame", (x, 2.24, 2.0), (0.6, 0.04, 0.72), metal, 0.01)
        box(
            "mirror",
            (x, 2.22, 2.0),
            (0.5, 0.03, 0.62),
            surfaces.poster(f"mirror {x}", (0.4, 0.45, 0.46), (0.1, 0.12, 0.13), (0.2, 0.26, 0.25), x),
        )
    for z in (0.3, 2.55):
        tube("main", (0, 2.15, z), 0.05, 10, metal, turn=(0, math.pi / 2, 0))
    thing = empty("bottle")
    paint = surfaces.painted("gas paint", (0.05, 0.2, 0.36), 0.35)
    tube("body", (0, 0, 0.72), 0.25, 1.3, paint, bevel=0.05).parent = thing
    tube("neck", (0, 0, 1.44), 0.25, 0.16, surfaces.painted("neck", (0.65, 0.6, 0.5), 0.3), top=0.08).parent = thing
    tube("valve", (0, 0, 1.58), 0.05, 0.2, metal).parent = thing
    box(
        "tag",
        (0.05, -0.26, 1.0),
        (0.2, 0.02, 0.3),
        surfaces.poster("tag", (0.8, 0.75, 0.6), (0.1, 0.05, 0.05), (0.7, 0.2, 0.1), 9),
    ).parent = thing
    box("trolley", (0, 0.05, 0.04), (0.6, 0.6, 0.07), metal, 0.01).parent = thing
    animate(thing, count, lambda t: {
        "location": (0.35 + 0.1 * math.sin(6.2832 * t / 7), 0.3, 0),
        "rotation_euler": (math.radians(2 * math.sin(6.2832 * t / 5)), math.radians(4 * math.sin(6.2832 * t / 7)), 0),
    })  # fmt: skip
    tube_light = light.panel((-0.4, 0.3, 3.0), (2.4, 0.2), 110, (0.82, 0.96, 1.0))
    box("fitting", (-0.4, 1.9, 2.85), (1.3, 0.09, 0.07), surfaces.glowing("fitting", (0.85, 0.97, 1.0), 5))
    light.sun(38, 150, 1.8, (1.0, 0.9, 0.75), 2.0)
    light.sky((0.3, 0.34, 0.4), (0.3, 0.34, 0.4), 0.35, (0.3, 0.34, 0.4))
    rng = random.Random(77)
    strength = [rng.choice((1.0, 0.95, 0.55, 1.1, 0.35, 0.8)) for _ in range(count)]

    def flicker(index: int) -> None:
        tube_light.energy = 150 * strength[index]

    return Shot(thing, [stand(28, (-0.5, -3.6, 1.6), (0.25, 2.2, 1.2), count)], each=flicker)
