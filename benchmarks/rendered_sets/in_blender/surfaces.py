"""Surfaces of the sets' scenes beside those of the demo's: all procedural, of structure at every size.

``plane`` says in which plane of the object a pattern lies: "XZ" on a wall, "XY" on a ground, "YZ" on a wall's end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from materials import (  # type: ignore[import-not-found]
    Shader,
    cloth,
    glowing,
    leaves,
    new,
)  # fmt: skip

__all__ = [
    "bark", "bricks", "cloth", "concrete", "corrugated", "glowing", "gravel", "leaves", "painted", "planks", "poster",
    "rock", "rubble", "tiles", "turf",
]  # fmt: skip

Rgb = Sequence[float]


def _flat(s: Shader, plane: str) -> Any:
    split = s.node("ShaderNodeSeparateXYZ", Vector=s.coordinates)
    x, y = (split.outputs[axis] for axis in plane)
    return s.node("ShaderNodeCombineXYZ", X=x, Y=y).outputs[0]


FINEST = 110.0  # waves in a metre: what is finer than a pixel costs time and shows nothing


def _noise(s: Shader, scale: float, detail: float = 6.0, roughness: float = 0.65, at: Any = None) -> Any:
    vector = s.coordinates if at is None else at
    octaves = max(0.0, min(detail, math.log2(FINEST / scale)))
    return s.node("ShaderNodeTexNoise", Vector=vector, Scale=scale, Detail=octaves, Roughness=roughness).outputs[
        "Factor"
    ]


def _dirt(s: Shader, scale: float, low: float, high: float) -> Any:
    return s.ramp(_noise(s, scale, 8.0, 0.7), [(0.3, (low, low * 0.98, low * 0.95)), (0.7, (high, high, high))])


def _dark(colour: Rgb, by: float) -> list[float]:
    return [c * by for c in colour]


def painted(name: str, colour: Rgb, roughness: float = 0.4, wear: float = 0.3) -> Any:
    """Paint or metal with a little dirt."""
    s = new(name)
    worn = s.ramp(_noise(s, 7.0, 4.0, 0.7), [(0.35, _dark(colour, 1 - wear)), (0.65, colour)])
    return s.surface(Base_Color=worn, Roughness=roughness)


def bricks(name: str, first: Rgb, second: Rgb, mortar: Rgb, size: tuple[float, float] = (0.24, 0.08),
           plane: str = "XZ", wear: float = 1.0) -> Any:  # fmt: skip
    """Courses of brick, stained."""
    s = new(name)
    brick = s.node(
        "ShaderNodeTexBrick", Vector=_flat(s, plane), Scale=1.0, Mortar_Size=0.05 * size[0], Mortar_Smooth=0.3,
        Brick_Width=size[0], Row_Height=size[1], Color1=first, Color2=second, Mortar=mortar,
    )  # fmt: skip
    colour = s.mix(wear, brick.outputs["Color"], _dirt(s, 2.1, 0.4, 1.25), "MULTIPLY")
    colour = s.mix(0.7, colour, _dirt(s, 23.0, 0.6, 1.35), "MULTIPLY")
    height = s.math("SUBTRACT", 1.0, brick.outputs["Factor"])
    return s.surface(Base_Color=colour, Roughness=0.85, Normal=s.bump(height, 0.015))


def tiles(name: str, first: Rgb, second: Rgb, joint: Rgb, size: float, plane: str = "XZ", gloss: float = 0.25) -> Any:
    """Square tiles of two tints, some of them darker."""
    s = new(name)
    brick = s.node(
        "ShaderNodeTexBrick", _offset=0.0, Vector=_flat(s, plane), Scale=1.0, Mortar_Size=0.035 * size,
        Brick_Width=size, Row_Height=size, Color1=first, Color2=second, Mortar=joint,
    )  # fmt: skip
    colour = s.mix(0.8, brick.outputs["Color"], _dirt(s, 1.7, 0.45, 1.15), "MULTIPLY")
    colour = s.mix(0.5, colour, _dirt(s, 17.0, 0.6, 1.2), "MULTIPLY")
    height = s.math("SUBTRACT", s.math("MULTIPLY", _noise(s, 9.0, 1.0), 0.3), brick.outputs["Factor"])
    return s.surface(Base_Color=colour, Roughness=gloss, Normal=s.bump(height, 0.006))


def planks(name: str, colour: Rgb, width: float = 0.16, along: str = "Z", across: str = "X") -> Any:
    """Boards side by side, each of its own shade, with fibres."""
    s = new(name)
    board = s.node(
        "ShaderNodeTexBrick", Vector=_flat(s, along + across), Scale=1.0, Mortar_Size=0.035 * width,
        Brick_Width=14 * width, Row_Height=width, Color1=_dark(colour, 1.25), Color2=_dark(colour, 0.6),
        Mortar=_dark(colour, 0.08),
    )  # fmt: skip
    stretch = [16.0, 16.0, 16.0]
    stretch["XYZ".index(along)] = 1.3
    fibres = s.node("ShaderNodeMapping", Vector=s.coordinates, Scale=stretch).outputs[0]
    grain = s.node("ShaderNodeTexNoise", Vector=fibres, Scale=1.6, Detail=3.0, Roughness=0.7).outputs["Factor"]
    tint = s.mix(1.0, board.outputs["Color"], s.ramp(grain, [(0.3, (0.4,) * 3), (0.7, (1.5,) * 3)]), "MULTIPLY")
    tint = s.mix(0.6, tint, _dirt(s, 1.3, 0.5, 1.2), "MULTIPLY")
    return s.surface(Base_Color=tint, Roughness=0.6)


def rock(name: str, dark: Rgb, light: Rgb, scale: float = 1.0) -> Any:
    """Broken stone: beds, cracks, lichen."""
    s = new(name)
    warp = s.mix(0.25, s.coordinates, s.node("ShaderNodeTexNoise", Vector=s.coordinates, Scale=1.4 * scale, Detail=2.0)
                 .outputs["Color"])  # fmt: skip
    beds = s.node("ShaderNodeMapping", Vector=warp, Scale=(0.5, 0.5, 2.2)).outputs[0]
    shade = s.node("ShaderNodeTexNoise", Vector=beds, Scale=2.4 * scale, Detail=5.0, Roughness=0.72).outputs["Factor"]
    crack = s.node("ShaderNodeTexVoronoi", _feature="DISTANCE_TO_EDGE", Vector=beds, Scale=2.1 * scale)
    fine = s.node("ShaderNodeTexVoronoi", _feature="DISTANCE_TO_EDGE", Vector=warp, Scale=7.0 * scale)
    colour = s.ramp(shade, [(0.3, dark), (0.5, [(a + b) / 2 for a, b in zip(dark, light, strict=True)]), (0.68, light)])
    open_ = s.ramp(crack.outputs["Distance"], [(0.0, (0.12,) * 3), (0.07, (1.0,) * 3)])
    thin = s.ramp(fine.outputs["Distance"], [(0.0, (0.45,) * 3), (0.05, (1.0,) * 3)])
    colour = s.mix(1.0, s.mix(1.0, colour, open_, "MULTIPLY"), thin, "MULTIPLY")
    spots = s.ramp(_noise(s, 6.0 * scale, 6.0, 0.65), [(0.58, (0.0,) * 3), (0.63, (1.0,) * 3)])
    colour = s.mix(s.math("MULTIPLY", spots, 0.6), colour, (0.34, 0.33, 0.2))
    return s.surface(Base_Color=colour, Roughness=0.9)


def rubble(name: str, dark: Rgb, light: Rgb, size: float, plane: str = "XZ", joint: Rgb = (0.05, 0.045, 0.04)) -> Any:
    """A wall of field stones."""
    s = new(name)
    flat = _flat(s, plane)
    warp = s.mix(0.06, flat, s.node("ShaderNodeTexNoise", Vector=flat, Scale=3.0 / size * 0.3).outputs["Color"])
    cells = {"Vector": warp, "Scale": 1 / size, "Randomness": 0.8}
    edge = s.node("ShaderNodeTexVoronoi", _feature="DISTANCE_TO_EDGE", **cells).outputs["Distance"]
    each = s.node("ShaderNodeTexVoronoi", _feature="F1", **cells).outputs["Color"]
    stone = s.ramp(s.node("ShaderNodeSeparateColor", Color=each).outputs[0], [(0.0, dark), (1.0, light)])
    stone = s.mix(0.9, stone, _dirt(s, 9.0, 0.5, 1.4), "MULTIPLY")
    colour = s.mix(s.ramp(edge, [(0.03, (1.0,) * 3), (0.1, (0.0,) * 3)]), stone, joint)
    dome = s.ramp(edge, [(0.0, (0.0,) * 3), (0.15, (0.8,) * 3), (0.4, (1.0,) * 3)])
    return s.surface(Base_Color=colour, Roughness=0.85, Normal=s.bump(dome, 0.05))


def gravel(name: str, dark: Rgb, light: Rgb, size: float = 0.05) -> Any:
    """Loose stones on the ground, with barer and darker places."""
    s = new(name)
    cells = {"Vector": _flat(s, "XY"), "Scale": 1 / size}
    each = s.node("ShaderNodeTexVoronoi", _feature="F1", **cells)
    shade = s.node("ShaderNodeSeparateColor", Color=each.outputs["Color"]).outputs[0]
    colour = s.mix(1.0, s.ramp(shade, [(0.0, dark), (1.0, light)]), _dirt(s, 0.9, 0.45, 1.3), "MULTIPLY")
    colour = s.mix(0.8, colour, s.ramp(each.outputs["Distance"], [(0.3, (1.0,) * 3), (0.75, (0.35,) * 3)]), "MULTIPLY")
    return s.surface(Base_Color=colour, Roughness=0.9, Normal=s.bump(each.outputs["Distance"], 0.02, 0.6))


def turf(name: str, dark: Rgb, light: Rgb) -> Any:
    """Trodden grass with bare earth."""
    s = new(name)
    blades = s.ramp(_noise(s, 34.0, 6.0, 0.8), [(0.32, dark), (0.66, light)])
    clumps = s.mix(0.9, blades, _dirt(s, 1.6, 0.45, 1.4), "MULTIPLY")
    bare = s.ramp(_noise(s, 0.8, 8.0, 0.65), [(0.53, (0.0,) * 3), (0.6, (1.0,) * 3)])
    earth = s.ramp(_noise(s, 15.0, 6.0, 0.7), [(0.3, (0.09, 0.06, 0.04)), (0.7, (0.24, 0.17, 0.11))])
    return s.surface(Base_Color=s.mix(bare, clumps, earth), Roughness=0.95)


def concrete(name: str, colour: Rgb, plane: str = "XZ", panel: tuple[float, float] = (1.6, 0.9)) -> Any:
    """Cast panels with streaks and stains."""
    s = new(name)
    cast = s.node("ShaderNodeTexBrick", _offset=0.0, Vector=_flat(s, plane), Scale=1.0, Mortar_Size=0.012,
                  Brick_Width=panel[0], Row_Height=panel[1], Color1=colour, Color2=_dark(colour, 0.75),
                  Mortar=_dark(colour, 0.2))  # fmt: skip
    streaks = s.node("ShaderNodeMapping", Vector=s.coordinates, Scale=(5.0, 5.0, 0.6)).outputs[0]
    run = s.node("ShaderNodeTexNoise", Vector=streaks, Scale=1.5, Detail=4.0, Roughness=0.7).outputs["Factor"]
    tint = s.mix(0.9, cast.outputs["Color"], s.ramp(run, [(0.35, (0.45,) * 3), (0.62, (1.2,) * 3)]), "MULTIPLY")
    tint = s.mix(0.8, tint, _dirt(s, 12.0, 0.6, 1.3), "MULTIPLY")
    return s.surface(Base_Color=tint, Roughness=0.8)


def corrugated(name: str, colour: Rgb, width: float = 0.12, rust: float = 0.54) -> Any:
    """Sheet metal in waves along x, rusty in places."""
    s = new(name)
    x = s.node("ShaderNodeSeparateXYZ", Vector=s.coordinates).outputs["X"]
    wave = s.math("SINE", s.math("MULTIPLY", x, 6.2832 / width))
    worn = s.ramp(_noise(s, 1.6, 10.0, 0.7), [(rust, (0.0,) * 3), (rust + 0.05, (1.0,) * 3)])
    brown = s.ramp(_noise(s, 18.0, 6.0, 0.7), [(0.3, (0.07, 0.025, 0.012)), (0.7, (0.32, 0.12, 0.05))])
    paint = s.mix(0.7, s.mix(1.0, (*colour, 1.0), _dirt(s, 3.0, 0.55, 1.2), "MULTIPLY"), _dirt(s, 21.0, 0.7, 1.2),
                  "MULTIPLY")  # fmt: skip
    shade = s.ramp(s.math("ADD", s.math("MULTIPLY", wave, 0.5), 0.5), [(0.0, (0.45,) * 3), (0.6, (1.0,) * 3)])
    colour_ = s.mix(1.0, s.mix(worn, paint, brown), shade, "MULTIPLY")
    return s.surface(Base_Color=colour_, Roughness=0.45, Normal=s.bump(wave, 0.03))


def poster(name: str, paper: Rgb, ink: Rgb, accent: Rgb, seed: float, glow: float = 0.0) -> Any:
    """Print on a wall: lines of blocks like words, a picture of patches; with light behind where it glows."""
    s = new(name)
    at = s.node("ShaderNodeMapping", Vector=_flat(s, "XZ"), Location=(seed * 3.7, seed * 1.9, 0)).outputs[0]
    words = s.node("ShaderNodeTexBrick", Vector=at, Scale=1.0, Mortar_Size=0.018, Brick_Width=0.09, Row_Height=0.075,
                   Color1=paper, Color2=ink, Mortar=paper, Bias=0.1)  # fmt: skip
    patch = s.node("ShaderNodeTexVoronoi", _feature="F1", _distance="MANHATTAN", Vector=at, Scale=2.2)
    hue = s.node("ShaderNodeSeparateColor", Color=patch.outputs["Color"]).outputs[1]
    picture = s.ramp(hue, [(0.0, ink), (0.45, accent), (0.8, paper)])
    where = s.ramp(s.node("ShaderNodeTexNoise", Vector=at, Scale=1.1, Detail=0.0).outputs["Factor"],
                   [(0.5, (0.0,) * 3), (0.505, (1.0,) * 3)])  # fmt: skip
    colour = s.mix(0.6, s.mix(where, words.outputs["Color"], picture), _dirt(s, 5.0, 0.6, 1.1), "MULTIPLY")
    if glow:
        return s.surface(Base_Color=_dark(paper, 0.1), Emission_Color=colour, Emission_Strength=glow)
    return s.surface(Base_Color=colour, Roughness=0.6)


def bark(name: str, colour: Rgb) -> Any:
    """Furrowed along z."""
    s = new(name)
    long = s.node("ShaderNodeMapping", Vector=s.coordinates, Scale=(6.0, 6.0, 1.1)).outputs[0]
    furrow = s.node("ShaderNodeTexNoise", Vector=long, Scale=3.0, Detail=3.0, Roughness=0.7).outputs["Factor"]
    tint = s.ramp(furrow, [(0.34, _dark(colour, 0.2)), (0.52, colour), (0.7, _dark(colour, 1.8))])
    moss = s.ramp(_noise(s, 2.2, 6.0, 0.6), [(0.55, (0.0,) * 3), (0.62, (1.0,) * 3)])
    return s.surface(Base_Color=s.mix(s.math("MULTIPLY", moss, 0.6), tint, (0.09, 0.12, 0.03)), Roughness=0.9)
