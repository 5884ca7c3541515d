"""Surfaces of the demo shot: procedural, so that the repository holds no picture but the plate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bpy

Rgb = Sequence[float]


@dataclass
class Shader:
    """One material's node tree, with the few nodes that the surfaces here are made of."""

    material: Any
    coordinates: Any

    def node(self, kind: str, **inputs: Any) -> Any:
        """A node of ``kind``.

        inputs  a value or an output socket for each input, underscores for spaces, ``i0`` for the first of several with
                one name; ``_name`` sets a property of the node
        """
        node = self.material.node_tree.nodes.new(kind)
        for name, value in inputs.items():
            if name.startswith("_"):
                setattr(node, name[1:], value)
        for name, value in inputs.items():
            if not name.startswith("_"):
                self.plug(node.inputs[int(name[1:]) if name[1:].isdigit() else name.replace("_", " ")], value)
        return node

    def plug(self, socket: Any, value: Any) -> None:
        if isinstance(value, bpy.types.NodeSocket):
            self.material.node_tree.links.new(value, socket)
        elif socket.type == "RGBA" and len(value) == 3:
            socket.default_value = (*value, 1.0)
        else:
            socket.default_value = value

    def noise(self, scale: float, detail: float = 6.0, roughness: float = 0.6) -> Any:
        return self.node(
            "ShaderNodeTexNoise", Vector=self.coordinates, Scale=scale, Detail=detail, Roughness=roughness
        ).outputs["Factor"]

    def ramp(self, value: Any, stops: Sequence[tuple[float, Rgb]]) -> Any:
        node = self.node("ShaderNodeValToRGB", Fac=value)
        elements = node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (position, colour) in zip(elements, stops, strict=True):
            element.position, element.color = position, (*colour, 1.0)
        return node.outputs["Color"]

    def mix(self, factor: Any, a: Any, b: Any, blend: str = "MIX") -> Any:
        node = self.node("ShaderNodeMix", _data_type="RGBA", _blend_type=blend)
        self.plug(node.inputs[0], factor)
        self.plug(node.inputs[6], a)
        self.plug(node.inputs[7], b)
        return node.outputs[2]

    def math(self, operation: str, a: Any, b: Any = 0.0) -> Any:
        return self.node("ShaderNodeMath", _operation=operation, i0=a, i1=b).outputs[0]

    def bump(self, height: Any, distance: float, strength: float = 1.0) -> Any:
        return self.node("ShaderNodeBump", Height=height, Distance=distance, Strength=strength).outputs["Normal"]

    def surface(self, **inputs: Any) -> Any:
        principled = self.material.node_tree.nodes["Principled BSDF"]
        for name, value in inputs.items():
            self.plug(principled.inputs[name.replace("_", " ")], value)
        return self.material


def new(name: str) -> Shader:
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    coordinates = material.node_tree.nodes.new("ShaderNodeTexCoord").outputs["Object"]
    return Shader(material, coordinates)


def painted(name: str, colour: Rgb, roughness: float = 0.4, wear: float = 0.25) -> Any:
    """Paint or metal with a little dirt."""
    s = new(name)
    dirt = s.ramp(s.noise(7.0, 8.0, 0.7), [(0.35, [c * (1 - wear) for c in colour]), (0.65, colour)])
    return s.surface(Base_Color=dirt, Roughness=roughness, Normal=s.bump(s.noise(40.0), 0.004))


def glowing(name: str, colour: Rgb, strength: float) -> Any:
    s = new(name)
    return s.surface(Base_Color=(0.0, 0.0, 0.0), Emission_Color=colour, Emission_Strength=strength)


def facade(name: str, plaster: Rgb, tone: float = 1.0) -> Any:
    """Bricks under old plaster that has come off in places; lies in the object's x-z plane."""
    s = new(name)
    split = s.node("ShaderNodeSeparateXYZ", Vector=s.coordinates)
    flat = s.node("ShaderNodeCombineXYZ", X=split.outputs["X"], Y=split.outputs["Z"]).outputs[0]
    brick = s.node(
        "ShaderNodeTexBrick", Vector=flat, Scale=1.0, Mortar_Size=0.012, Mortar_Smooth=0.3, Brick_Width=0.26,
        Row_Height=0.085, Color1=(0.33, 0.135, 0.08), Color2=(0.19, 0.08, 0.055), Mortar=(0.42, 0.37, 0.31), Bias=-0.1,
    )  # fmt: skip
    stains = s.ramp(s.noise(3.0, 10.0, 0.72), [(0.3, (0.45, 0.42, 0.40)), (0.7, (1.15, 1.1, 1.05))])
    bricks = s.mix(1.0, brick.outputs["Color"], stains, "MULTIPLY")
    worn = s.ramp(
        s.noise(1.6, 12.0, 0.7),
        [(0.28, [c * 0.55 for c in plaster]), (0.5, plaster), (0.72, [min(0.85, c * 1.2) for c in plaster])],
    )
    speckled = s.mix(
        0.35, worn, s.ramp(s.noise(45.0, 4.0), [(0.3, (0.5, 0.5, 0.5)), (0.7, (1.3, 1.3, 1.3))]), "MULTIPLY"
    )
    low = s.math("MULTIPLY", split.outputs["Z"], 0.055)
    gone = s.math("SUBTRACT", s.noise(0.85, 12.0, 0.62), low)
    mask = s.ramp(gone, [(0.475, (1.0, 1.0, 1.0)), (0.49, (0.0, 0.0, 0.0))])
    colour = s.mix(1.0, s.mix(mask, bricks, speckled), (tone, tone, tone), "MULTIPLY")
    joints = s.math("SUBTRACT", 1.0, brick.outputs["Factor"])
    relief = s.math("ADD", s.math("MULTIPLY", joints, 0.6), s.math("MULTIPLY", s.noise(30.0, 8.0), 0.5))
    height = s.math("ADD", relief, s.math("MULTIPLY", mask, 1.6))
    return s.surface(Base_Color=colour, Roughness=0.85, Normal=s.bump(height, 0.022))


def setts(name: str) -> Any:
    """Worn paving stones, damp in places."""
    s = new(name)
    warp = s.mix(0.035, s.coordinates, s.node("ShaderNodeTexNoise", Vector=s.coordinates, Scale=2.0).outputs["Color"])
    cells = {"Vector": warp, "Scale": 5.2, "Randomness": 0.4}
    edge = s.node("ShaderNodeTexVoronoi", _feature="DISTANCE_TO_EDGE", **cells).outputs["Distance"]
    shade = s.node("ShaderNodeTexVoronoi", _feature="F1", **cells).outputs["Color"]
    grey = s.node("ShaderNodeSeparateColor", Color=shade).outputs[0]
    stone = s.ramp(grey, [(0.0, (0.13, 0.12, 0.115)), (0.5, (0.23, 0.21, 0.19)), (1.0, (0.34, 0.29, 0.25))])
    veined = s.mix(
        0.8, stone, s.ramp(s.noise(28.0, 8.0, 0.7), [(0.3, (0.5, 0.5, 0.52)), (0.7, (1.45, 1.4, 1.35))]), "MULTIPLY"
    )
    joint = s.ramp(edge, [(0.03, (1.0, 1.0, 1.0)), (0.09, (0.0, 0.0, 0.0))])
    colour = s.mix(joint, veined, (0.045, 0.042, 0.03))
    damp = s.ramp(s.noise(0.55, 4.0), [(0.50, (0.0, 0.0, 0.0)), (0.60, (1.0, 1.0, 1.0))])
    wet = s.mix(s.math("MULTIPLY", damp, 0.55), colour, (0.02, 0.02, 0.022))
    roughness = s.math("SUBTRACT", 0.72, s.math("MULTIPLY", damp, 0.42))
    dome = s.ramp(edge, [(0.0, (0.0, 0.0, 0.0)), (0.12, (0.75, 0.75, 0.75)), (0.4, (1.0, 1.0, 1.0))])
    height = s.math("ADD", dome, s.math("MULTIPLY", s.noise(34.0, 6.0), 0.35))
    return s.surface(Base_Color=wet, Roughness=roughness, Normal=s.bump(height, 0.03, 0.9))


def slabs(name: str) -> Any:
    """Pavement of large sandstone slabs."""
    s = new(name)
    brick = s.node(
        "ShaderNodeTexBrick", Vector=s.coordinates, Scale=1.0, Mortar_Size=0.012, Brick_Width=0.62, Row_Height=0.42,
        Color1=(0.40, 0.345, 0.27), Color2=(0.27, 0.235, 0.195), Mortar=(0.08, 0.07, 0.05),
    )  # fmt: skip
    grain = s.ramp(s.noise(14.0, 12.0, 0.75), [(0.3, (0.55, 0.53, 0.5)), (0.7, (1.25, 1.22, 1.18))])
    colour = s.mix(1.0, brick.outputs["Color"], grain, "MULTIPLY")
    height = s.math("SUBTRACT", s.math("MULTIPLY", s.noise(30.0, 8.0), 0.4), brick.outputs["Factor"])
    return s.surface(Base_Color=colour, Roughness=0.75, Normal=s.bump(height, 0.012))


def wood(name: str, colour: Rgb, along: str = "Z") -> Any:
    s = new(name)
    stretch = [9.0, 9.0, 9.0]
    stretch["XYZ".index(along)] = 0.7
    fibres = s.node("ShaderNodeMapping", Vector=s.coordinates, Scale=stretch).outputs[0]
    noise = s.node("ShaderNodeTexNoise", Vector=fibres, Scale=3.0, Detail=10.0, Roughness=0.7)
    grain = noise.outputs["Factor"]
    tint = s.ramp(
        grain, [(0.3, [c * 0.45 for c in colour]), (0.55, colour), (0.75, [min(0.9, c * 1.35) for c in colour])]
    )
    return s.surface(Base_Color=tint, Roughness=0.55, Normal=s.bump(grain, 0.008))


def leaves(name: str, dark: Rgb, light: Rgb) -> Any:
    s = new(name)
    each = s.node("ShaderNodeObjectInfo").outputs["Random"]
    tint = s.ramp(s.math("ADD", s.math("MULTIPLY", s.noise(5.0, 3.0), 0.8), s.math("MULTIPLY", each, 0.2)),
                  [(0.35, dark), (0.65, light)])  # fmt: skip
    return s.surface(Base_Color=tint, Roughness=0.5, Subsurface_Weight=0.0)


def cloth(name: str, first: Rgb, second: Rgb, width: float) -> Any:
    """Stripes along the object's x axis."""
    s = new(name)
    x = s.node("ShaderNodeSeparateXYZ", Vector=s.coordinates).outputs["X"]
    stripe = s.math("GREATER_THAN", s.math("FRACT", s.math("DIVIDE", x, width)), 0.5)
    dirt = s.ramp(s.noise(4.0, 10.0, 0.7), [(0.3, (0.7, 0.68, 0.64)), (0.7, (1.0, 1.0, 1.0))])
    return s.surface(Base_Color=s.mix(1.0, s.mix(stripe, first, second), dirt, "MULTIPLY"), Roughness=0.8)
