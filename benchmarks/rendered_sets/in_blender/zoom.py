"""A lens that zooms while something passes."""

from __future__ import annotations

import math

from benchmarks.rendered_sets.in_blender import light, surfaces
from benchmarks.rendered_sets.in_blender.motion import Shot, animate, camera, look, shake
from benchmarks.rendered_sets.in_blender.shapes import box, foliage, ground, tube, wall, window
from benchmarks.rendered_sets.in_blender.things import barrel, person, walk

__all__ = ["harbour", "shopfront"]


def shopfront(count: int) -> Shot:
    ground(surfaces.rubble("street", (0.08, 0.08, 0.085), (0.24, 0.23, 0.22), 0.14, "XY"))
    box(
        "pavement",
        (0, 1.9, 0.05),
        (24, 1.8, 0.12),
        surfaces.tiles("flags", (0.36, 0.34, 0.3), (0.26, 0.24, 0.22), (0.08, 0.08, 0.07), 0.5, "XY", 0.7),
    )
    wall(
        (0, 3.1, 2.6),
        (20, 0.5, 5.4),
        surfaces.bricks("shop bricks", (0.5, 0.38, 0.22), (0.38, 0.26, 0.15), (0.3, 0.27, 0.24), (0.26, 0.085)),
    )
    paint = surfaces.painted("shop paint", (0.03, 0.13, 0.12), 0.35)
    box("front", (-0.1, 2.8, 1.45), (5.4, 0.12, 2.7), paint, 0.02)
    lit = [
        surfaces.poster(f"goods {k}", (0.95, 0.75, 0.42), (0.2, 0.07, 0.03), c, 30.0 + k, 1.3)
        for k, c in enumerate(((0.6, 0.1, 0.05), (0.1, 0.35, 0.4)))
    ]
    for k, x in enumerate((-1.75, 1.45)):
        wall((x, 2.73, 1.6), (1.9, 0.03, 1.6), lit[k])
        for dx in (-0.98, -0.33, 0.33, 0.98):
            box("mullion", (x + dx, 2.69, 1.6), (0.06, 0.08, 1.7), paint)
        box("sill", (x, 2.66, 0.74), (2.1, 0.16, 0.08), paint)
    box("door", (-0.15, 2.71, 1.15), (0.9, 0.05, 2.1), surfaces.planks("shop door", (0.3, 0.1, 0.05), 0.12))
    wall(
        (-0.1, 2.66, 2.95),
        (5.2, 0.06, 0.42),
        surfaces.poster("fascia", (0.8, 0.68, 0.35), (0.02, 0.08, 0.08), (0.04, 0.1, 0.1), 41.0),
    )
    white, pane = (
        surfaces.painted("sash", (0.66, 0.64, 0.58), 0.5),
        surfaces.painted("sash pane", (0.05, 0.06, 0.08), 0.06),
    )
    for x in (-3.9, -1.4, 1.2, 3.8):
        window(x, 2.83, 4.1, 0.9, 1.2, white, pane)
    for x in (-3.6, 3.5):
        wall(
            (x, 2.82, 1.7),
            (1.1, 0.04, 1.4),
            surfaces.poster(f"bill {x}", (0.72, 0.66, 0.5), (0.07, 0.06, 0.06), (0.5, 0.3, 0.06), x),
        )
    leaf = surfaces.leaves("bay", (0.02, 0.06, 0.015), (0.14, 0.24, 0.05))
    for k, x in enumerate((-0.95, 0.6)):
        box("tub", (x, 2.35, 0.32), (0.45, 0.45, 0.42), surfaces.planks(f"tub {k}", (0.36, 0.2, 0.1), 0.1))
        foliage("bay", (x, 2.35, 0.95), (0.33, 0.33, 0.48), 700, 0.05, leaf, 50 + k)
    for x in (-2.6, 2.9):
        tube("lantern", (x, 2.5, 2.3), 0.07, 0.22, surfaces.glowing(f"lantern {x}", (1.0, 0.7, 0.35), 9), top=0.11)
        tube("bollard", (x, 0.85, 0.45), 0.08, 0.9, surfaces.painted(f"bollard {x}", (0.05, 0.05, 0.055), 0.4))
    thing = person("passer-by", (0.45, 0.08, 0.07), (0.08, 0.09, 0.13), hat=(0.06, 0.05, 0.05))
    animate(
        thing,
        count,
        lambda t: {"location": (-0.6 + 0.085 * t, 0.5, 0.01 * math.sin(t)), "rotation_euler": (0, 0, math.radians(90))},
    )
    walk(thing, count, 26, 13)
    eye = camera(26)
    animate(eye.data, count, lambda t: {"lens": 27.0 * math.exp(0.052 * t)})
    animate(eye, count, lambda t: look((0.4, -5.6, 1.5), (0.0, 3, 1.5), shake(t, 0.9, 36, 19)))
    light.sky((0.6, 0.68, 0.8), (0.35, 0.45, 0.65), 1.3)
    light.sun(33, 55, 4.5, (1.0, 0.8, 0.58), 1.5)
    return Shot(thing, [eye])


def harbour(count: int) -> Shot:
    ground(surfaces.concrete("quay", (0.34, 0.33, 0.32), "XY", (2.2, 1.7)))
    for k, (x, z, colour) in enumerate((
        (-4.6, 0, (0.5, 0.1, 0.06)), (-0.9, 0, (0.07, 0.22, 0.4)), (2.8, 0, (0.5, 0.36, 0.08)),
        (6.5, 0, (0.12, 0.3, 0.2)), (-3.1, 1, (0.36, 0.36, 0.35)), (0.6, 1, (0.5, 0.18, 0.05)),
        (4.3, 1, (0.1, 0.14, 0.3)), (-1.4, 2, (0.14, 0.34, 0.3)),
    )):  # fmt: skip
        made = wall(
            (x, 4.0 + 0.2 * (k % 2), 0.95 + 1.85 * z),
            (3.5, 1.8, 1.8),
            surfaces.corrugated(f"container {k}", colour, 0.14, 0.58 - 0.02 * (k % 3)),
        )
        for dx in (-1.72, 1.72):
            box(
                "corner",
                (made.location[0] + dx, made.location[1] - 0.9, made.location[2]),
                (0.1, 0.08, 1.82),
                surfaces.painted(f"corner {k}{dx}", [0.6 * c for c in colour], 0.5),
            )
        wall(
            (x + 0.95, made.location[1] - 0.95, 1.15 + 1.85 * z),
            (0.9, 0.03, 0.6),
            surfaces.poster(f"mark {k}", (0.7, 0.7, 0.68), (0.06, 0.06, 0.07), [0.8 * c for c in colour], 60.0 + k),
        )
    yellow = surfaces.painted("crane", (0.6, 0.4, 0.04), 0.4)
    for x in (-2.2, 1.9):
        box("crane leg", (x, 2.2, 2.0), (0.22, 0.22, 4.2), yellow, 0.02)
        for k in range(7):
            brace = box("brace", (x + 0.45, 2.2, 0.4 + 0.6 * k), (1.0, 0.06, 0.06), yellow)
            brace.rotation_euler = (0, math.radians(35 if k % 2 else -35), 0)
        box("crane strut", (x + 0.9, 2.2, 2.0), (0.14, 0.14, 4.2), yellow, 0.02)
    for k, x in enumerate((-3.6, 0.2, 3.4)):
        tube("bitt", (x, 1.0, 0.25), 0.2, 0.5, surfaces.painted(f"bitt {k}", (0.06, 0.06, 0.065), 0.5), top=0.17)
        barrel(
            "drum", ((0.1, 0.2, 0.36), (0.45, 0.42, 0.36), (0.1, 0.26, 0.14))[k], (0.3, 0.3, 0.3), 0.3, 0.9
        ).location = (x + 0.8, 1.7, 0)
    thing = barrel("rolling drum", (0.62, 0.12, 0.05), (0.6, 0.56, 0.5), 0.42, 1.2)
    for part in thing.children:  # lies on its side and rolls along x
        part.location.z -= 0.6
    animate(thing, count, lambda t: {
        "location": (1.05 - 0.11 * t, -0.3, 0.42), "rotation_euler": (math.pi / 2, -0.11 * t / 0.42, 0.15)
    })  # fmt: skip
    eye = camera(46)
    animate(eye.data, count, lambda t: {"lens": 46.0 * math.exp(-0.045 * t)})
    animate(eye, count, lambda t: look((-0.9, -5.8, 1.7), (0.1, 3, 1.25), shake(t, 1.2, 36, 29)))
    light.sky((0.8, 0.84, 0.9), (0.6, 0.68, 0.8), 1.6, (1.6, 1.6, 1.65), 0.4)
    light.sun(34, -55, 4.0, (1.0, 0.95, 0.88), 3)
    return Shot(thing, [eye])
