"""Somebody or something that moves on its own crosses behind what goes."""

from __future__ import annotations

import math
import random

from benchmarks.rendered_sets.in_blender import light, surfaces
from benchmarks.rendered_sets.in_blender.motion import Shot, animate, empty, stand
from benchmarks.rendered_sets.in_blender.shapes import ball, box, foliage, ground, tube, wall, window
from benchmarks.rendered_sets.in_blender.things import cart, cyclist, person, walk

__all__ = ["market", "platform"]


def market(count: int) -> Shot:
    ground(surfaces.rubble("market stones", (0.13, 0.12, 0.11), (0.36, 0.32, 0.27), 0.15, "XY"))
    hall = surfaces.bricks("market hall", (0.46, 0.3, 0.16), (0.34, 0.2, 0.11), (0.5, 0.46, 0.4), (0.3, 0.1))
    wall((0, 4.4, 2.4), (18, 0.5, 5), hall)
    white, pane = (
        surfaces.painted("frames", (0.58, 0.56, 0.5), 0.5),
        surfaces.painted("panes", (0.05, 0.06, 0.07), 0.06),
    )
    for x in (-4.6, -1.6, 1.4, 4.4):
        window(x, 4.13, 2.9, 1.3, 1.5, white, pane)
    rng = random.Random(6)
    fruit = [surfaces.painted(f"fruit {k}", c, 0.35) for k, c in enumerate(
        ((0.7, 0.08, 0.04), (0.75, 0.42, 0.05), (0.3, 0.45, 0.06), (0.55, 0.5, 0.1)))]  # fmt: skip
    wood = surfaces.planks("stall", (0.36, 0.22, 0.11), 0.12, "X", "Z")
    for n, x in enumerate((-3.7, -0.3, 3.2)):
        box("counter", (x, 3.2, 0.45), (2.5, 0.8, 0.9), wood, 0.02)
        box(
            "valance",
            (x, 2.85, 2.28),
            (2.8, 0.04, 0.28),
            surfaces.cloth(
                f"valance {n}", ((0.6, 0.08, 0.06), (0.07, 0.26, 0.2), (0.12, 0.18, 0.5))[n], (0.75, 0.7, 0.6), 0.3
            ),
        )
        for dx in (-1.3, 1.3):
            tube("stall post", (x + dx, 2.9, 1.2), 0.035, 2.4, wood)
        for k in range(48):
            at = (x - 1.1 + 0.2 * (k % 12), 2.9 + 0.17 * (k // 12), 0.95 + 0.05 * (k // 12))
            ball("fruit", at, rng.uniform(0.07, 0.095), fruit[(k % 12 // 3 + n) % 4])
    wall(
        (1.45, 4.1, 1.35),
        (1.0, 0.04, 0.8),
        surfaces.poster("prices", (0.06, 0.09, 0.08), (0.7, 0.7, 0.65), (0.7, 0.5, 0.2), 3),
    )
    thing = person("vendor", (0.1, 0.14, 0.24), (0.07, 0.065, 0.06), hat=(0.28, 0.2, 0.1))
    thing.rotation_euler = (0, 0, math.radians(20))
    animate(thing, count, lambda t: {"location": (-0.1 + 0.03 * t, -0.2, 0.0)})
    walk(thing, count, 7, 17)
    rolling = cart("cart", (0.2, 0.3, 0.32), ((0.8, 0.62, 0.2), (0.62, 0.16, 0.12), (0.3, 0.5, 0.62)))
    animate(rolling, count, lambda t: {"location": (-1.05 + 0.15 * t, 1.3, 0.0)})
    for axle in [child for child in rolling.children if "axle" in child.name]:
        animate(axle, count, lambda t: {"rotation_euler": (0, 0.15 * t / 0.3, 0)})
    light.sky((0.9, 0.88, 0.85), (0.3, 0.48, 0.85), 1.2)
    light.sun(48, 38, 6.5, (1.0, 0.95, 0.86))
    return Shot(thing, [stand(38, (0.4, -6.2, 1.6), (0.1, 3, 1.2), count)], moving=[rolling])


def platform(count: int) -> Shot:
    ground(surfaces.concrete("platform", (0.36, 0.35, 0.33), "XY", (1.2, 0.8)))
    box("edge", (0, 1.55, 0.012), (40, 0.12, 0.03), surfaces.painted("edge line", (0.7, 0.6, 0.12), 0.6, 0.5))
    side = surfaces.corrugated("wagon", (0.1, 0.24, 0.15), 0.16, 0.6)
    wall((0, 4.0, 2.2), (30, 0.4, 2.4), side)
    wall((0, 3.79, 1.15), (30, 0.05, 0.25), surfaces.painted("wagon band", (0.66, 0.58, 0.36), 0.4, 0.5))
    pane, frame = (
        surfaces.painted("wagon pane", (0.03, 0.035, 0.04), 0.05),
        surfaces.painted("wagon frame", (0.45, 0.42, 0.36), 0.35),
    )
    for k in range(-6, 7):
        window(1.25 * k + 0.3, 3.78, 2.35, 0.8, 0.8, frame, pane)
    roof = surfaces.painted("canopy iron", (0.12, 0.16, 0.15), 0.5)
    for x in (-4.2, -0.9, 2.6):
        tube("column", (x, 1.0, 1.8), 0.08, 3.6, roof, top=0.06)
        tube("foot", (x, 1.0, 0.2), 0.15, 0.4, roof, top=0.1)
    box("canopy", (0, 0.9, 3.5), (20, 0.2, 0.25), roof)
    box(
        "clock",
        (0.9, 1.0, 2.9),
        (1.5, 0.1, 0.42),
        surfaces.poster("board", (0.9, 0.72, 0.3), (0.02, 0.02, 0.03), (0.9, 0.4, 0.1), 11, 1.6),
    )
    box("bench", (-2.6, 0.9, 0.45), (1.7, 0.4, 0.06), surfaces.planks("bench", (0.4, 0.24, 0.12), 0.1, "X", "Y"))
    box(
        "planter",
        (3.6, 0.7, 0.25),
        (1.2, 0.5, 0.5),
        surfaces.bricks("planter", (0.4, 0.2, 0.13), (0.28, 0.13, 0.09), (0.4, 0.38, 0.33)),
    )
    foliage(
        "planter green",
        (3.6, 0.7, 0.75),
        (0.7, 0.35, 0.35),
        900,
        0.06,
        surfaces.leaves("box leaf", (0.02, 0.07, 0.02), (0.15, 0.26, 0.06)),
        9,
    )
    thing = empty("case robot")
    shell = surfaces.painted("shell", (0.72, 0.3, 0.08), 0.25)
    box("body", (0, 0, 0.75), (0.75, 0.6, 0.9), shell, 0.12).parent = thing
    box("head", (0, 0, 1.4), (0.5, 0.42, 0.3), surfaces.painted("head", (0.75, 0.73, 0.68), 0.25), 0.1).parent = thing
    box("eyes", (0, -0.215, 1.42), (0.36, 0.03, 0.12), surfaces.glowing("eyes", (0.4, 0.9, 1.0), 3)).parent = thing
    for x in (-0.27, 0.27):
        tube(
            "wheel",
            (x, 0, 0.17),
            0.17,
            0.14,
            surfaces.painted("tyre", (0.02, 0.02, 0.02), 0.7),
            turn=(0, math.pi / 2, 0),
        ).parent = thing
    animate(
        thing,
        count,
        lambda t: {"location": (-0.35 + 0.035 * t, -0.9, 0), "rotation_euler": (0, 0, 0.3 * math.sin(t / 4))},
    )
    rider = cyclist("rider", (0.55, 0.06, 0.05), (0.75, 0.6, 0.1))
    animate(rider, count, lambda t: {"location": (-1.7 + 0.26 * t, 0.6, 0)})
    for axle in [child for child in rider.children if "axle" in child.name]:
        animate(axle, count, lambda t: {"rotation_euler": (0, 0.26 * t / 0.34, 0)})
    walker = person("traveller", (0.32, 0.06, 0.09), (0.1, 0.1, 0.12), stripe=(0.5, 0.42, 0.36))
    animate(
        walker, count, lambda t: {"location": (1.25 - 0.09 * t, 1.3, 0), "rotation_euler": (0, 0, math.radians(-90))}
    )
    walk(walker, count, 24, 14)
    light.sky((0.75, 0.8, 0.88), (0.5, 0.6, 0.75), 1.5, (1.6, 1.6, 1.65), 0.42)
    light.sun(30, -30, 2.5, (1.0, 0.92, 0.82), 6)
    return Shot(thing, [stand(34, (-0.2, -5.6, 1.5), (0.1, 3, 1.35), count, 1.6, 31)], moving=[rider, walker])
