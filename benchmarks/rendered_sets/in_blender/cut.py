"""A cut in the middle: one camera, then another that looks at something else."""

from __future__ import annotations

import math

from benchmarks.rendered_sets.in_blender import light, surfaces
from benchmarks.rendered_sets.in_blender.motion import Shot, animate, camera, look, shake, stand
from benchmarks.rendered_sets.in_blender.shapes import box, foliage, ground, tube, wall, window
from benchmarks.rendered_sets.in_blender.things import barrel, cart, person, sign_post, walk

__all__ = ["farm", "station"]


def station(count: int) -> Shot:
    ground(surfaces.tiles("hall floor", (0.46, 0.42, 0.36), (0.2, 0.19, 0.19), (0.12, 0.11, 0.1), 0.5, "XY", 0.25))
    wall(
        (0, 4.5, 2.2),
        (18, 0.3, 4.6),
        surfaces.tiles("hall tiles", (0.42, 0.5, 0.44), (0.5, 0.54, 0.46), (0.2, 0.2, 0.18), 0.2, "XZ", 0.2),
    )
    wall(
        (0, 4.33, 1.3),
        (18, 0.04, 0.25),
        surfaces.tiles("hall band", (0.3, 0.08, 0.06), (0.36, 0.12, 0.07), (0.2, 0.2, 0.18), 0.125),
    )
    wall(
        (6.5, 0, 2.2),
        (14, 0.3, 4.6),
        surfaces.bricks("end wall", (0.4, 0.2, 0.12), (0.3, 0.13, 0.08), (0.42, 0.39, 0.34), (0.28, 0.09)),
        90,
    )
    for k, x in enumerate((-5.2, -3.2, -1.2)):
        wall(
            (x, 4.32, 2.35),
            (1.3, 0.05, 1.6),
            surfaces.poster(
                f"hall bill {k}",
                ((0.75, 0.7, 0.55), (0.12, 0.2, 0.36), (0.6, 0.26, 0.1))[k],
                (0.08, 0.07, 0.08),
                ((0.5, 0.1, 0.1), (0.7, 0.6, 0.2), (0.1, 0.12, 0.2))[k],
                70.0 + k,
            ),
        )
    wood = surfaces.planks("kiosk", (0.36, 0.17, 0.08), 0.12)
    box("kiosk", (1.6, 3.7, 1.25), (2.2, 1.2, 2.5), wood, 0.03)
    wall(
        (1.6, 3.08, 1.6),
        (1.7, 0.04, 0.9),
        surfaces.poster("kiosk pane", (0.95, 0.8, 0.5), (0.25, 0.1, 0.05), (0.7, 0.2, 0.1), 81.0, 1.4),
    )
    box("counter", (1.6, 2.95, 1.08), (2.0, 0.35, 0.06), wood, 0.01)
    for x in (-2.2, 0.2):
        tube(
            "hall column",
            (x, 2.6, 2.2),
            0.17,
            4.4,
            surfaces.painted(f"hall column {x}", (0.1, 0.16, 0.14), 0.4),
            top=0.14,
        )
        box(
            "hall bench",
            (x - 0.9, 3.6, 0.45),
            (1.4, 0.45, 0.08),
            surfaces.planks(f"hall bench {x}", (0.4, 0.25, 0.12), 0.09, "X", "Y"),
            0.01,
        )
    dark, frame = (
        surfaces.painted("locker", (0.14, 0.24, 0.34), 0.35),
        surfaces.painted("locker edge", (0.5, 0.5, 0.48), 0.35),
    )
    for row in range(4):
        for k in range(8):
            box("locker", (6.2, -2.6 + 0.62 * k, 0.35 + 0.62 * row), (0.3, 0.58, 0.58), dark, 0.015)
            box("lock", (6.03, -2.42 + 0.62 * k, 0.35 + 0.62 * row), (0.03, 0.06, 0.1), frame)
    box("clock board", (6.2, 0.2, 3.2), (0.15, 2.2, 0.6), surfaces.glowing("clock board", (1.0, 0.85, 0.5), 1.6))
    for x in (-3.5, 0.5, 4.0):
        box("hall lamp", (x, 3.6, 3.7), (1.6, 0.15, 0.08), surfaces.glowing(f"hall lamp {x}", (1.0, 0.94, 0.82), 6))
        light.panel((x, 1.5, 4.2), (2.0, 1.0), 120, (1.0, 0.93, 0.8))
    thing = person("porter", (0.08, 0.1, 0.3), (0.05, 0.05, 0.07), hat=(0.4, 0.06, 0.05))
    cut = 7.0

    def pose(t: float) -> dict[str, object]:
        if t < cut - 0.5:
            return {"location": (-2.5 + 0.12 * t, 1.0, 0.0), "rotation_euler": (0.0, 0.0, math.radians(90))}
        return {"location": (4.1, -0.9 + 0.12 * (t - cut), 0.0), "rotation_euler": (0.0, 0.0, math.radians(180))}

    animate(thing, count, pose)
    walk(thing, count, 25, 12)
    first = camera(32)
    animate(
        first, count, lambda t: look((-1.6 + 0.05 * t, -4.2, 1.5), (-1.8 + 0.06 * t, 3, 1.35), shake(t, 1.0, 32, 51))
    )
    second = stand(35, (-0.3, -1.2, 1.6), (6.2, 0.1, 1.3), count, 1.3, 52)
    light.sky((0.5, 0.55, 0.62), (0.5, 0.55, 0.62), 0.5, (0.5, 0.55, 0.62))
    light.sun(40, -140, 2.0, (1.0, 0.9, 0.75), 2)
    return Shot(thing, [first, second])


def farm(count: int) -> Shot:
    ground(surfaces.turf("farm yard", (0.07, 0.06, 0.02), (0.25, 0.21, 0.1)))
    board = surfaces.planks("barn boards", (0.34, 0.11, 0.07), 0.2)
    wall((0, 4.4, 1.7), (9, 0.3, 3.6), board)
    wall((4.6, 7.4, 1.7), (6.3, 0.3, 3.6), surfaces.rubble("barn end", (0.2, 0.18, 0.15), (0.48, 0.43, 0.36), 0.28), 90)
    box("roof", (0, 5.2, 3.8), (9.6, 2.6, 0.15), surfaces.corrugated("barn sheet", (0.36, 0.38, 0.4), 0.13, 0.5))
    white = surfaces.painted("barn trim", (0.66, 0.64, 0.58), 0.6, 0.45)
    for x in (-0.9, 0.9):
        box("gate", (x, 4.22, 1.25), (1.7, 0.08, 2.5), surfaces.planks(f"gate {x}", (0.26, 0.2, 0.14), 0.15, "X", "Z"))
        for turn in (-1, 1):
            box("gate brace", (x, 4.16, 1.25), (2.7, 0.04, 0.12), white).rotation_euler = (
                0,
                math.radians(52 * turn),
                0,
            )
    window(-3.2, 4.22, 1.9, 0.8, 0.9, white, surfaces.painted("barn pane", (0.04, 0.05, 0.06), 0.08))
    window(3.1, 4.22, 1.9, 0.8, 0.9, white, surfaces.painted("barn pane 2", (0.05, 0.05, 0.06), 0.08))
    hay = surfaces.gravel("hay", (0.36, 0.26, 0.08), (0.75, 0.6, 0.26), 0.05)
    for k, (x, y, z) in enumerate(((-3.4, 3.4, 0.35), (-2.5, 3.5, 0.35), (-2.95, 3.45, 1.05), (3.6, 3.3, 0.35))):
        box(f"bale {k}", (x, y, z), (0.85, 0.6, 0.68), hay, 0.08)
    leaf = surfaces.leaves("nettle", (0.03, 0.07, 0.015), (0.2, 0.28, 0.06))
    for k in range(7):
        foliage("nettles", (-4.2 + 1.4 * k, 4.0, 0.25), (0.6, 0.25, 0.35), 350, 0.06, leaf, 210 + k)
        foliage("elder", (5.6 + 0.3 * (k % 2), 4.6 + 0.9 * k, 0.5), (0.5, 0.5, 0.7), 350, 0.08, leaf, 230 + k)
    for k in range(8):
        foliage("far trees", (-14 + 4 * k, 22, 3), (2.6, 2, 3.2), 500, 0.3, leaf, 260 + k)
    for y in (4.9, 6.6, 8.3):
        box("slit", (4.78, y, 2.0), (0.06, 0.35, 0.9), surfaces.painted(f"slit {y}", (0.03, 0.03, 0.03), 0.8))
        box("slit sill", (4.82, y, 1.5), (0.12, 0.55, 0.1), white)
    barrel("trough", (0.3, 0.2, 0.12), (0.14, 0.13, 0.12), 0.36, 0.8).location = (5.35, 6.0, 0)
    sign_post("hof sign", 7.7, 1.7, (0.7, 0.64, 0.5)).location = (2.2, 3.2, 0)
    thing = cart("hay cart", (0.3, 0.22, 0.12), ((0.72, 0.58, 0.22), (0.6, 0.5, 0.3), (0.3, 0.36, 0.16)))
    cut = 6.0

    def pose(t: float) -> dict[str, object]:
        if t < cut - 0.5:
            return {"location": (-0.9 + 0.13 * t, 1.6, 0.0), "rotation_euler": (0.0, 0.0, 0.0)}
        return {"location": (6.9, 5.2 + 0.13 * (t - cut), 0.0), "rotation_euler": (0.0, 0.0, math.pi / 2)}

    animate(thing, count, pose)
    for axle in [child for child in thing.children if "axle" in child.name]:
        animate(axle, count, lambda t: {"rotation_euler": (0, 0.13 * t / 0.3, 0)})
    first = stand(33, (0.3, -4.4, 1.5), (-0.1, 4, 1.25), count, 1.4, 61)
    second = camera(30)
    animate(
        second,
        count,
        lambda t: look((12.2, 5.0 + 0.09 * (t - cut), 1.5), (4.6, 6.2 + 0.06 * (t - cut), 1.2), shake(t, 1.0, 30, 62)),
    )
    light.sky((0.95, 0.85, 0.7), (0.3, 0.48, 0.85), 1.2)
    light.sun(36, 30, 6.0, (1.0, 0.86, 0.66))
    return Shot(thing, [first, second])
