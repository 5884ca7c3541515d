"""A camera that turns fast to follow what goes, so that all behind it flies past in motion blur."""

from __future__ import annotations

import math

from benchmarks.rendered_sets.in_blender import light, surfaces
from benchmarks.rendered_sets.in_blender.motion import Shot, animate, camera, look, shake
from benchmarks.rendered_sets.in_blender.shapes import box, foliage, ground, hedge, tube, wall, window
from benchmarks.rendered_sets.in_blender.things import cart, cyclist, person, sign_post, walk

__all__ = ["arcade", "hedge_row"]


def hedge_row(count: int) -> Shot:
    ground(surfaces.turf("verge", (0.04, 0.06, 0.015), (0.2, 0.24, 0.06)), 80)
    box("lane", (0, -0.2, 0.005), (60, 2.6, 0.03), surfaces.gravel("lane", (0.2, 0.17, 0.13), (0.48, 0.42, 0.34), 0.07))
    leaf = surfaces.leaves("hedge leaf", (0.018, 0.05, 0.012), (0.13, 0.22, 0.045))
    hedge((-9, 3.4, 0.75), (9, 3.4, 0.8), 1.0, (0.75, 0.5, 0.85), 600, 0.09, leaf, 3)
    wood = surfaces.planks("fence", (0.42, 0.36, 0.28), 0.13, "X", "Z")
    for k in range(-9, 10):
        box("fence post", (1.05 * k, 2.3, 0.55), (0.1, 0.1, 1.15), surfaces.bark(f"post {k}", (0.3, 0.24, 0.17)))
    for z in (0.45, 0.9):
        box("fence rail", (0, 2.25, z), (20, 0.05, 0.14), wood)
    wall(
        (-3.8, 5.5, 1.6),
        (4.5, 0.3, 3.6),
        surfaces.bricks("lodge", (0.4, 0.17, 0.1), (0.26, 0.1, 0.065), (0.44, 0.4, 0.34)),
    )
    white, pane = (
        surfaces.painted("lodge frame", (0.62, 0.6, 0.54), 0.5),
        surfaces.painted("lodge pane", (0.04, 0.05, 0.06), 0.06),
    )
    for x in (-5.0, -2.7):
        window(x, 5.33, 2.35, 0.9, 1.0, white, pane)
    wall((4.5, 6.0, 1.7), (5.5, 0.3, 3.8), surfaces.planks("barn", (0.3, 0.09, 0.06), 0.22))
    box("barn roof", (4.5, 6.0, 3.7), (6.2, 1.2, 0.2), surfaces.corrugated("barn roof", (0.4, 0.4, 0.42)))
    for k, x in enumerate((-6.6, 0.9, 7.4)):
        tube("trunk", (x, 4.6, 1.5), 0.2, 3.2, surfaces.bark(f"bark {k}", (0.2, 0.15, 0.1)), top=0.13)
        foliage("crown", (x, 4.6, 3.9), (1.7, 1.3, 1.4), 1300, 0.13, leaf, 60 + k)
    for k, x in enumerate((-2.2, 3.3)):
        sign_post(f"sign {k}", k + 2.0, 1.9, ((0.7, 0.66, 0.5), (0.15, 0.3, 0.5))[k]).location = (x, 1.6, 0)
    thing = cart("cart", (0.12, 0.26, 0.4), ((0.75, 0.65, 0.4), (0.65, 0.18, 0.1), (0.4, 0.55, 0.35)))
    speed = 0.33

    def along(t: float) -> float:
        return -1.8 + speed * t

    animate(
        thing,
        count,
        lambda t: {
            "location": (along(t), 0.0, 0.02 * math.sin(2.3 * t)),
            "rotation_euler": (0, 0.012 * math.sin(1.7 * t), 0),
        },
    )
    for axle in [child for child in thing.children if "axle" in child.name]:
        animate(axle, count, lambda t: {"rotation_euler": (0, speed * t / 0.3, 0)})
    rider = cyclist("rider", (0.5, 0.08, 0.06), (0.7, 0.62, 0.12))
    animate(rider, count, lambda t: {"location": (-1.0 + 0.27 * t, 1.0, 0.0)})
    for axle in [child for child in rider.children if "axle" in child.name]:
        animate(axle, count, lambda t: {"rotation_euler": (0, 0.27 * t / 0.34, 0)})
    eye = camera(38)
    animate(
        eye, count, lambda t: look((0.2, -6.2, 1.5), (along(t) + 0.15 * math.sin(t / 3), 0, 1.0), shake(t, 1.5, 38, 4))
    )
    light.sky((0.85, 0.9, 0.95), (0.3, 0.5, 0.9), 1.2)
    light.sun(45, -35, 6.5, (1.0, 0.95, 0.85))
    return Shot(thing, [eye], moving=[rider])


def arcade(count: int) -> Shot:
    ground(
        surfaces.tiles("arcade floor", (0.42, 0.36, 0.28), (0.28, 0.22, 0.18), (0.1, 0.09, 0.08), 0.45, "XY", 0.3), 80
    )
    ochre = surfaces.concrete("render", (0.6, 0.42, 0.24), "XZ", (3.0, 1.6))
    wall((0, 5.2, 2.5), (40, 0.3, 5), ochre)
    pale, stone = (
        surfaces.concrete("column", (0.58, 0.54, 0.47), "XZ", (0.8, 0.6)),
        surfaces.painted("base", (0.32, 0.3, 0.27), 0.8),
    )
    shutter, pane = (
        surfaces.planks("shutter", (0.08, 0.22, 0.18), 0.07, "X", "Z"),
        surfaces.painted("dark shop", (0.04, 0.045, 0.05), 0.08),
    )
    for k in range(-7, 8):
        x = 2.0 * k
        tube("column", (x, 2.4, 1.7), 0.2, 3.0, pale, top=0.17)
        box("plinth", (x, 2.4, 0.14), (0.55, 0.55, 0.28), stone, 0.03)
        box("capital", (x, 2.4, 3.2), (0.6, 0.6, 0.25), pale, 0.04)
        if k % 3:
            window(x + 1.0, 5.04, 1.5, 1.0, 1.5, stone, pane)
            for dx in (-0.78, 0.78):
                box("shutter", (x + 1.0 + dx, 4.98, 1.5), (0.5, 0.06, 1.6), shutter)
        else:
            wall(
                (x + 1.0, 5.02, 1.4),
                (1.3, 0.05, 1.9),
                surfaces.poster(
                    f"bill {k}",
                    (0.75, 0.68, 0.5),
                    (0.08, 0.05, 0.06),
                    ((0.6, 0.12, 0.06), (0.08, 0.3, 0.42))[k % 2],
                    k + 20.0,
                ),
            )
        tube("lamp", (x + 1.0, 3.6, 3.15), 0.1, 0.2, surfaces.glowing(f"lamp {k}", (1.0, 0.75, 0.42), 5), top=0.05)
    box("architrave", (0, 2.4, 3.5), (40, 0.6, 0.4), pale)
    thing = cyclist("courier", (0.08, 0.3, 0.12), (0.65, 0.22, 0.05))
    box(
        "bag", (-0.18, 0, 1.35), (0.34, 0.4, 0.42), surfaces.painted("bag", (0.05, 0.24, 0.4), 0.6), 0.05
    ).parent = thing
    speed = -0.36

    def along(t: float) -> float:
        return 2.0 + speed * t

    animate(
        thing, count, lambda t: {"location": (along(t), 0.2, 0), "rotation_euler": (0.03 * math.sin(t / 2), 0, math.pi)}
    )
    for axle in [child for child in thing.children if "axle" in child.name]:
        animate(axle, count, lambda t: {"rotation_euler": (0, -speed * t / 0.34, 0)})
    other = person("stroller", (0.2, 0.24, 0.4), (0.3, 0.27, 0.22), hat=(0.3, 0.1, 0.1))
    animate(other, count, lambda t: {"location": (0.9 - 0.13 * t, 1.5, 0), "rotation_euler": (0, 0, math.radians(-90))})
    walk(other, count, 26, 13)
    eye = camera(34)
    animate(
        eye,
        count,
        lambda t: look((0.1, -5.4, 1.4), (along(t) - 0.2 * math.cos(t / 3), 0.2, 1.15), shake(t, 2.0, 34, 14)),
    )
    light.sky((0.95, 0.82, 0.7), (0.28, 0.42, 0.75), 1.2)
    light.sun(30, -50, 6.0, (1.0, 0.82, 0.6))
    return Shot(thing, [eye], moving=[other])
