"""What stands, walks, rolls and rides in the sets: people of simple shapes, a cyclist, carts, barrels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import bpy

from benchmarks.rendered_sets.in_blender import surfaces
from benchmarks.rendered_sets.in_blender.motion import animate, empty
from benchmarks.rendered_sets.in_blender.shapes import ball, box, tube

__all__ = ["barrel", "cart", "cyclist", "person", "sign_post", "walk"]

Rgb = Sequence[float]
SKIN = (0.42, 0.24, 0.16)


def person(name: str, coat: Rgb, legs: Rgb, hair: Rgb = (0.03, 0.02, 0.015), *, hat: Rgb | None = None,
           stripe: Rgb | None = None) -> Any:  # fmt: skip
    """Somebody 1.75 m tall, looking along -y; arms and legs hang on empties that ``walk`` swings.

    stripe  a second colour of the coat
    """
    root = empty(name)
    cloth = (
        surfaces.cloth(f"{name} coat", coat, stripe, 0.09) if stripe else surfaces.painted(f"{name} coat", coat, 0.8)
    )
    trousers, skin = surfaces.painted(f"{name} legs", legs, 0.85), surfaces.painted(f"{name} skin", SKIN, 0.5)
    parts = [
        tube(f"{name} torso", (0, 0, 1.17), 0.17, 0.58, cloth, top=0.22, bevel=0.05),
        tube(f"{name} hip", (0, 0, 0.88), 0.17, 0.18, trousers, bevel=0.04),
        ball(f"{name} shoulders", (0, 0, 1.43), 0.21, cloth),
        tube(f"{name} neck", (0, 0, 1.56), 0.06, 0.14, skin),
        ball(f"{name} head", (0, 0, 1.68), 0.12, skin),
        ball(f"{name} hair", (0, 0.025, 1.71), 0.118, surfaces.painted(f"{name} hair", hair, 0.6)),
    ]
    if hat:
        felt = surfaces.painted(f"{name} hat", hat, 0.7)
        parts += [
            tube(f"{name} brim", (0, 0, 1.76), 0.2, 0.02, felt),
            tube(f"{name} crown", (0, 0, 1.83), 0.12, 0.13, felt),
        ]
    for side in (-1, 1):
        leg = empty(f"{name} leg {side}", root, (0.09 * side, 0, 0.88))
        arm = empty(f"{name} arm {side}", root, (0.27 * side, 0, 1.42))
        dark = surfaces.painted(f"{name} shoe", (0.02, 0.018, 0.016), 0.4)
        for part, holder in (
            (tube(f"{name} thigh", (0, 0, -0.41), 0.075, 0.82, trousers, top=0.1), leg),
            (box(f"{name} foot", (0, -0.06, -0.84), (0.1, 0.26, 0.08), dark, 0.02), leg),
            (tube(f"{name} sleeve", (0, 0, -0.27), 0.05, 0.54, cloth, top=0.07), arm),
            (ball(f"{name} hand", (0, 0, -0.58), 0.055, skin), arm),
        ):
            part.parent = holder
    for part in parts:
        part.parent = root
    return root


def walk(root: Any, count: int, swing: float, period: float, phase: float = 0.0) -> None:
    """Swing arms and legs.

    swing   degrees
    period  frames for two steps
    """
    for limb in [child for child in root.children if " leg " in child.name or " arm " in child.name]:
        side = (1 if "-1" in limb.name else -1) * (1 if " leg " in limb.name else -0.8)
        animate(limb, count, partial(_swung, swing * side, period, phase))


def _swung(swing: float, period: float, phase: float, t: float) -> dict[str, Any]:
    return {"rotation_euler": (math.radians(swing * math.sin(6.2832 * (t / period + phase))), 0, 0)}


def wheel(name: str, at: Sequence[float], radius: float, parent: Any, width: float = 0.05, spokes: int = 6) -> Any:
    """A wheel that turns about y; the axle is returned."""
    axle = empty(f"{name} axle", parent, at)
    rubber, metal = (
        surfaces.painted(f"{name} tyre", (0.02, 0.02, 0.02), 0.7),
        surfaces.painted(f"{name} hub", (0.5, 0.48, 0.45), 0.3),
    )
    bpy.ops.mesh.primitive_torus_add(major_radius=radius - width / 2, minor_radius=width / 2, major_segments=40,
                                     rotation=(math.pi / 2, 0, 0))  # fmt: skip
    tyre = bpy.context.object
    tyre.data.materials.append(rubber)
    tyre.parent = axle
    tube(f"{name} hub", (0, 0, 0), 0.12 * radius + 0.01, width * 1.6, metal, turn=(math.pi / 2, 0, 0)).parent = axle
    for k in range(spokes):
        spoke = box(f"{name} spoke", (0, 0, 0), (2 * radius - width, width * 0.35, width * 0.35), metal)
        spoke.rotation_euler = (0, math.pi * k / spokes, 0)
        spoke.parent = axle
    return axle


def cart(name: str, body: Rgb, load: Sequence[Rgb]) -> Any:
    """A hand cart along x with boxes on it; the axles are its children with "axle" in their names."""
    root = empty(name)
    wood = surfaces.planks(f"{name} wood", body, 0.09, "X", "Z")
    box(f"{name} bed", (0, 0, 0.5), (1.5, 0.75, 0.12), wood, 0.01).parent = root
    box(f"{name} front", (0.72, 0, 0.68), (0.05, 0.75, 0.3), wood, 0.01).parent = root
    box(f"{name} side", (0, -0.37, 0.64), (1.5, 0.04, 0.2), wood, 0.01).parent = root
    box(f"{name} handle", (-1.05, 0, 0.62), (0.7, 0.06, 0.06), wood, 0.01).parent = root
    for k, colour in enumerate(load):
        high = 0.34 + 0.09 * (k % 3)
        crate = surfaces.poster(
            f"{name} crate {k}", colour, [0.15 * c for c in colour], [1 - c for c in colour], k + 1.3
        )
        box(
            f"{name} crate", (-0.48 + 0.42 * k, -0.04 * (k % 2), 0.57 + high / 2), (0.38, 0.5, high), crate, 0.02
        ).parent = root
    for k, (x, y) in enumerate(((-0.45, -0.42), (0.45, -0.42), (-0.45, 0.42), (0.45, 0.42))):
        wheel(f"{name} {k}", (x, y, 0.3), 0.3, root)
    return root


def cyclist(name: str, frame: Rgb, coat: Rgb) -> Any:
    """Somebody on a bicycle that rides along x; the pedals stand still."""
    root = empty(name)
    metal = surfaces.painted(f"{name} frame", frame, 0.25)
    coat_, trousers = (
        surfaces.painted(f"{name} coat", coat, 0.8),
        surfaces.painted(f"{name} legs", (0.05, 0.06, 0.1), 0.8),
    )
    skin, helmet = (
        surfaces.painted(f"{name} skin", SKIN, 0.5),
        surfaces.painted(f"{name} helmet", (0.7, 0.68, 0.6), 0.3),
    )
    wheel(f"{name} rear", (-0.52, 0, 0.34), 0.34, root, 0.035, 9)
    wheel(f"{name} front", (0.52, 0, 0.34), 0.34, root, 0.035, 9)

    def bar(a: Sequence[float], b: Sequence[float], radius: float, material: Any) -> None:
        dx, dz = b[0] - a[0], b[2] - a[2]
        middle = [(p + q) / 2 for p, q in zip(a, b, strict=True)]
        made = tube(f"{name} bar", middle, radius, math.hypot(dx, dz), material, turn=(0, math.atan2(dx, dz), 0))
        made.parent = root

    for a, b in (
        ((-0.52, 0, 0.34), (-0.2, 0, 0.85)),
        ((-0.2, 0, 0.85), (0.0, 0, 0.32)),
        ((0.0, 0, 0.32), (0.42, 0, 0.8)),
        ((-0.2, 0, 0.8), (0.42, 0, 0.82)),
        ((0.52, 0, 0.34), (0.38, 0, 1.0)),
        ((-0.52, 0, 0.34), (0.0, 0, 0.32)),
    ):
        bar(a, b, 0.022, metal)
    for y, knee, foot in ((-0.1, (0.2, 0, 0.75), (0.05, 0, 0.2)), (0.1, (0.17, 0, 0.9), (0.08, 0, 0.5))):
        bar((-0.2, y, 0.95), (knee[0], y, knee[2]), 0.075, trousers)
        bar((knee[0], y, knee[2]), (foot[0], y, foot[2]), 0.055, trousers)
        bar((0.08, y * 2, 1.42), (0.42, y * 2, 1.05), 0.045, coat_)
    bar((-0.22, 0, 0.92), (0.08, 0, 1.45), 0.16, coat_)
    ball(f"{name} back", (0.06, 0, 1.42), 0.18, coat_).parent = root
    ball(f"{name} head", (0.2, 0, 1.66), 0.115, skin).parent = root
    ball(f"{name} helmet", (0.18, 0, 1.71), 0.125, helmet).parent = root
    return root


def barrel(name: str, wood: Rgb, hoop: Rgb, radius: float = 0.32, height: float = 0.95) -> Any:
    """A barrel that stands on its root."""
    root = empty(name)
    staves, iron = surfaces.planks(f"{name} staves", wood, 0.09), surfaces.painted(f"{name} hoops", hoop, 0.4)
    for z, low, high in ((0.25, 0.84, 1.0), (0.75, 1.0, 0.84)):
        tube(f"{name} half", (0, 0, z * height), radius * low, height / 2, staves, top=radius * high).parent = root
    for z in (0.08, 0.36, 0.64, 0.92):
        wide = radius * (0.88 if z in (0.08, 0.92) else 0.985)
        tube(f"{name} hoop", (0, 0, z * height), wide, 0.055, iron, top=wide).parent = root
    return root


def sign_post(name: str, seed: float, height: float = 2.2, paper: Rgb = (0.75, 0.7, 0.2)) -> Any:
    """A post with two boards."""
    root = empty(name)
    iron = surfaces.painted(f"{name} iron", (0.1, 0.11, 0.12), 0.4)
    tube(f"{name} pole", (0, 0, height / 2), 0.045, height, iron).parent = root
    for z, wide in ((height - 0.2, 0.75), (height - 0.62, 0.6)):
        board = surfaces.poster(f"{name} board {z}", paper, (0.03, 0.03, 0.04), (0.5, 0.06, 0.03), seed + z)
        box(f"{name} board", (0.06, -0.06, z), (wide, 0.03, 0.34), board, 0.01).parent = root
    return root
