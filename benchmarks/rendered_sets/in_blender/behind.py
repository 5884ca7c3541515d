"""Somebody stands behind what goes, and is never seen whole while it passes."""

from __future__ import annotations

import math

from benchmarks.rendered_sets.in_blender import light, surfaces
from benchmarks.rendered_sets.in_blender.motion import Shot, animate, empty, stand
from benchmarks.rendered_sets.in_blender.shapes import ball, box, foliage, ground, hedge, tube, wall
from benchmarks.rendered_sets.in_blender.things import barrel, person, walk

__all__ = ["garden", "workshop"]


def garden(count: int) -> Shot:
    ground(surfaces.turf("lawn", (0.03, 0.07, 0.012), (0.16, 0.26, 0.05)))
    box("path", (0, 0.9, 0.005), (20, 1.3, 0.03), surfaces.gravel("path", (0.28, 0.23, 0.17), (0.6, 0.52, 0.42), 0.06))
    stone = surfaces.rubble("garden wall", (0.2, 0.17, 0.13), (0.5, 0.43, 0.34), 0.26)
    wall((0, 4.0, 0.9), (18, 0.4, 1.9), stone)
    box("coping", (0, 4.0, 1.9), (18, 0.55, 0.12), surfaces.concrete("coping", (0.5, 0.47, 0.4)), 0.03)
    leaf = surfaces.leaves("garden leaf", (0.02, 0.06, 0.012), (0.16, 0.27, 0.05))
    hedge((-6, 5.2, 2.3), (6, 5.2, 2.5), 1.2, (0.9, 0.6, 0.8), 700, 0.09, leaf, 7)
    rose = surfaces.leaves("rose", (0.3, 0.02, 0.03), (0.75, 0.12, 0.15))
    for k, x in enumerate((-3.6, -1.7, 2.0, 3.4)):
        foliage("border", (x, 3.3, 0.45), (0.75, 0.35, 0.5), 700, 0.06, leaf, 20 + k)
        foliage("roses", (x, 3.15, 0.55), (0.7, 0.3, 0.4), 60, 0.06, rose, 30 + k)
    for x in (-2.6, 2.75):
        tube("urn foot", (x, 2.0, 0.35), 0.22, 0.7, surfaces.concrete(f"urn {x}", (0.48, 0.45, 0.38)), top=0.16)
        tube("urn", (x, 2.0, 0.88), 0.16, 0.4, surfaces.concrete(f"urn bowl {x}", (0.48, 0.45, 0.38)), top=0.36)
        ball("urn green", (x, 2.0, 1.12), 0.3, leaf)
    guest = person("guest", (0.62, 0.5, 0.16), (0.16, 0.2, 0.32), hat=(0.6, 0.52, 0.36), stripe=(0.2, 0.26, 0.4))
    animate(guest, count, lambda t: {
        "location": (0.25 + 0.015 * math.sin(t / 3), 1.7, 0),
        "rotation_euler": (0, math.radians(0.9 * math.sin(t / 4)), -0.2),
    })  # fmt: skip
    walk(guest, count, 5, 19)
    thing = empty("mower")
    shell = surfaces.painted("mower shell", (0.75, 0.2, 0.04), 0.25)
    box("body", (0, 0, 0.42), (1.1, 0.7, 0.5), shell, 0.12).parent = thing
    box("hood", (0.1, 0, 0.85), (0.6, 0.55, 0.5), shell, 0.12).parent = thing
    box(
        "seat", (-0.42, 0, 0.85), (0.16, 0.5, 0.55), surfaces.painted("seat", (0.03, 0.03, 0.03), 0.6), 0.05
    ).parent = thing
    tube("beacon", (0.1, 0, 1.18), 0.07, 0.16, surfaces.glowing("beacon", (1.0, 0.45, 0.05), 6)).parent = thing
    for x, radius in ((-0.4, 0.3), (0.42, 0.2)):
        tube(
            "wheel",
            (x, 0, radius),
            radius,
            0.8,
            surfaces.painted("tyre", (0.025, 0.025, 0.025), 0.7),
            turn=(math.pi / 2, 0, 0),
            bevel=0.04,
        ).parent = thing
    animate(
        thing, count, lambda t: {"location": (-0.3 + 0.075 * t, -0.1, 0), "rotation_euler": (0, 0.01 * math.sin(t), 0)}
    )
    light.sky((0.8, 0.86, 0.95), (0.25, 0.45, 0.9), 1.2)
    light.sun(38, 46, 6.5, (1.0, 0.9, 0.74))
    return Shot(thing, [stand(36, (0.1, -5.6, 1.55), (0.15, 3, 0.95), count, 0.8, 5)], moving=[guest])


def workshop(count: int) -> Shot:
    ground(surfaces.planks("workshop floor", (0.3, 0.21, 0.13), 0.14, "X", "Y"))
    wall(
        (0, 3.2, 1.8),
        (12, 0.3, 3.8),
        surfaces.bricks("white bricks", (0.55, 0.52, 0.47), (0.42, 0.4, 0.36), (0.3, 0.28, 0.25), (0.4, 0.13)),
    )
    wood, steel = (
        surfaces.planks("bench top", (0.36, 0.2, 0.1), 0.1, "X", "Z"),
        surfaces.painted("steel", (0.3, 0.31, 0.33), 0.3),
    )
    box("bench", (0.3, 2.5, 0.45), (6.2, 0.8, 0.9), wood, 0.02)
    wall((-1.2, 3.03, 1.85), (3.4, 0.05, 1.1), surfaces.planks("tool board", (0.2, 0.26, 0.22), 0.3))
    for k in range(15):
        tall = 0.25 + 0.06 * (k * 7 % 6)
        box("tool", (-2.7 + 0.22 * k, 2.97, 2.25 - tall / 2), (0.04, 0.03, tall), steel, 0.005)
        box(
            "grip",
            (-2.7 + 0.22 * k, 2.96, 2.2 - tall),
            (0.06, 0.05, 0.14),
            surfaces.painted(f"grip {k}", ((0.6, 0.1, 0.05), (0.7, 0.5, 0.06), (0.06, 0.2, 0.45))[k % 3], 0.5),
            0.01,
        )
    wall(
        (2.5, 3.02, 1.9),
        (1.1, 0.04, 0.9),
        surfaces.poster("plan", (0.16, 0.28, 0.5), (0.7, 0.72, 0.72), (0.5, 0.55, 0.6), 8),
    )
    for k, x in enumerate((-1.9, -1.0, 1.5, 2.2, 2.8)):
        tube(
            "tin",
            (x, 2.4, 1.0),
            0.1,
            0.2,
            surfaces.painted(f"tin {k}", ((0.7, 0.65, 0.5), (0.1, 0.35, 0.3), (0.6, 0.2, 0.08))[k % 3], 0.3),
        )
    box("vice", (0.35, 2.15, 1.02), (0.35, 0.3, 0.24), steel, 0.03)
    barrel("oil", (0.3, 0.06, 0.04), (0.1, 0.1, 0.1), 0.3, 0.9).location = (-3.1, 1.7, 0)
    left = person("joiner", (0.12, 0.22, 0.14), (0.24, 0.2, 0.15), stripe=(0.3, 0.36, 0.26))
    right = person("smith", (0.4, 0.13, 0.07), (0.05, 0.05, 0.06), hat=(0.12, 0.12, 0.13))
    animate(
        left,
        count,
        lambda t: {
            "location": (-0.55 + 0.02 * math.sin(t / 2.1), 1.25, 0),
            "rotation_euler": (0, 0.012 * math.sin(t / 3), 0.5),
        },
    )
    animate(
        right,
        count,
        lambda t: {
            "location": (0.7, 1.45 + 0.02 * math.sin(t / 2.6), 0),
            "rotation_euler": (0.01 * math.sin(t / 2), 0, -0.4),
        },
    )
    walk(left, count, 9, 15)
    walk(right, count, 6, 21, 0.3)
    thing = person("apprentice", (0.5, 0.48, 0.42), (0.1, 0.13, 0.22), hair=(0.2, 0.1, 0.04))
    animate(thing, count, lambda t: {
        "location": (-0.4 + 0.2 * math.sin(6.2832 * t / 22 + 0.3), -0.5, 0.0),
        "rotation_euler": (0, 0, math.radians(80 * math.cos(6.2832 * t / 22 + 0.3))),
    })  # fmt: skip
    walk(thing, count, 22, 11)
    light.panel((0.5, 0.2, 3.6), (3.0, 0.6), 170, (1.0, 0.9, 0.74))
    light.panel((-3.5, 0.5, 3.2), (0.6, 2.0), 90, (0.75, 0.88, 1.0))
    box("tube lamp", (1.9, 2.7, 2.75), (1.4, 0.08, 0.06), surfaces.glowing("tube lamp", (1.0, 0.93, 0.8), 5))
    light.sky((0.35, 0.36, 0.4), (0.35, 0.36, 0.4), 0.6, (0.35, 0.36, 0.4))
    return Shot(thing, [stand(33, (0.5, -4.6, 1.5), (0.1, 2.5, 1.2), count, 0.5, 3)], moving=[left, right])
