"""Shapes that the sets' scenes are built of: those of the demo's set, and walls, grounds, stairs and stones."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import bpy
from courtyard import ball, box, finish, foliage, tube, window  # type: ignore[import-not-found]
from mathutils import Vector, noise  # type: ignore[import-not-found]

__all__ = [
    "ball",
    "boulders",
    "box",
    "finish",
    "foliage",
    "ground",
    "hedge",
    "relief",
    "rope",
    "tube",
    "wall",
    "window",
]

Xyz = Sequence[float]


def ground(material: Any, size: float = 60.0, z: float = 0.0) -> Any:
    return box("ground", (0, 0, z - 0.05), (size, size, 0.1), material)


def wall(centre: Xyz, size: Xyz, material: Any, turn: float = 0.0) -> Any:
    """A wall whose face lies in its own x-z plane.

    turn  degrees about z
    """
    made = box("wall", (0, 0, 0), size, material)
    made.location, made.rotation_euler = centre, (0, 0, math.radians(turn))
    return made


def relief(centre: Xyz, width: float, height: float, rough: float, material: Any, seed: int, turn: float = 0.0) -> Any:
    """A cliff: an upright grid pushed in and out by noise of several sizes.

    rough  metres, how far the coarsest noise pushes
    """
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=220, y_subdivisions=130, size=1.0)
    made = bpy.context.object
    made.scale = (width, height, 1.0)
    made.rotation_euler = (math.pi / 2, 0, 0)
    bpy.ops.object.transform_apply(location=False, rotation=True, scale=True)
    for vertex in made.data.vertices:
        at = vertex.co + Vector((seed * 7.3, seed * 3.1, 0.0))
        deep = sum(noise.noise(at * f) / f**0.9 for f in (0.5, 1.1, 2.3, 4.7))
        vertex.co.y += rough * (deep + 0.35 * abs(noise.noise(at * 1.7)))
    made.location = centre
    made.rotation_euler = (0, 0, math.radians(turn))
    return finish(made, material)


def boulders(count: int, low: Xyz, high: Xyz, size: tuple[float, float], material: Any, seed: int) -> None:
    """Stones that lie about in a box, half sunk."""
    rng = random.Random(seed)
    for k in range(count):
        radius = rng.uniform(*size)
        at = [rng.uniform(a, b) for a, b in zip(low, high, strict=True)]
        bpy.ops.mesh.primitive_ico_sphere_add(subdivisions=4, radius=1.0, location=at)
        made = bpy.context.object
        for vertex in made.data.vertices:
            way = vertex.co.copy()
            vertex.co = way * (1 + 0.35 * noise.noise(way * 1.3 + Vector((k * 5.1, seed, 0))))
            vertex.co += way * 0.08 * noise.noise(way * 5 + Vector((k, seed, 3)))
        made.scale = (radius * rng.uniform(0.8, 1.5), radius, radius * rng.uniform(0.5, 0.9))
        made.rotation_euler = (0, 0, rng.uniform(0, 6))
        finish(made, material)


def hedge(start: Xyz, end: Xyz, step: float, radii: Xyz, count: int, leaf: float, material: Any, seed: int) -> None:
    """Bushes in a row."""
    length = math.dist(start, end)
    rng = random.Random(seed)
    for k in range(max(1, round(length / step))):
        t = (k + 0.5) * step / length
        at = [a + (b - a) * t + rng.uniform(-0.1, 0.1) for a, b in zip(start, end, strict=True)]
        foliage("hedge", at, [r * rng.uniform(0.85, 1.2) for r in radii], count, leaf, material, seed * 100 + k)


def rope(start: Xyz, end: Xyz, sag: float, radius: float, material: Any, parent: Any = None) -> Any:
    """A cable between two points."""
    curve = bpy.data.curves.new("rope", "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", radius, 3
    line = curve.splines.new("POLY")
    line.points.add(40)
    for k, point in enumerate(line.points):
        t = k / 40
        x, y, z = (a + (b - a) * t for a, b in zip(start, end, strict=True))
        point.co = (x, y, z - 4 * sag * t * (1 - t), 1.0)
    curve.materials.append(material)
    made = bpy.data.objects.new("rope", curve)
    bpy.context.collection.objects.link(made)
    made.parent = parent
    return made
