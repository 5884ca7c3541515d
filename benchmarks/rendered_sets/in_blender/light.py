"""Light of the sets' scenes: a sky with a sun, and lamps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import bpy

__all__ = ["lamp", "panel", "sky", "sun"]

Rgb = Sequence[float]


def sun(height: float, azimuth: float, energy: float, colour: Rgb, size: float = 0.6) -> Any:
    """The sun's data.

    height   degrees above the horizon
    azimuth  degrees to the right of what lies behind a camera that looks along y
    size     degrees across: large for a veiled sun
    """
    bpy.ops.object.light_add(type="SUN", rotation=(math.radians(90 - height), 0, math.radians(azimuth)))
    data = bpy.context.object.data
    data.energy, data.angle, data.color = energy, math.radians(size), colour
    return data


def lamp(at: Sequence[float], energy: float, colour: Rgb, size: float = 0.1) -> Any:
    """A point light's data; energy in watts."""
    bpy.ops.object.light_add(type="POINT", location=at)
    data = bpy.context.object.data
    data.energy, data.color, data.shadow_soft_size = energy, colour, size
    return data


def panel(at: Sequence[float], size: tuple[float, float], energy: float, colour: Rgb, tilt: float = 0.0) -> Any:
    """The data of a flat light that shines down, tilted about x by degrees."""
    bpy.ops.object.light_add(type="AREA", location=at, rotation=(math.radians(tilt), 0, 0))
    data = bpy.context.object.data
    data.shape, data.size, data.size_y = "RECTANGLE", *size
    data.energy, data.color = energy, colour
    return data


def sky(low: Rgb, high: Rgb, strength: float, cloud: Rgb = (1.3, 1.25, 1.2), cover: float = 0.55) -> None:
    """A sky that goes from ``low`` at the horizon to ``high``, with clouds where noise is over ``cover``."""
    world = bpy.data.worlds.new("sky")
    bpy.context.scene.world = world
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    direction = nodes.new("ShaderNodeTexCoord").outputs["Generated"]
    height = nodes.new("ShaderNodeSeparateXYZ")
    links.new(direction, height.inputs[0])
    shade = nodes.new("ShaderNodeValToRGB")
    links.new(height.outputs["Z"], shade.inputs[0])
    for element, (position, colour) in zip(shade.color_ramp.elements, ((0.0, low), (0.45, high)), strict=True):
        element.position, element.color = position, (*colour, 1.0)
    noise = nodes.new("ShaderNodeTexNoise")
    noise.inputs["Scale"].default_value, noise.inputs["Detail"].default_value = 5.0, 8.0
    links.new(direction, noise.inputs["Vector"])
    thick = nodes.new("ShaderNodeMapRange")
    thick.inputs[1].default_value, thick.inputs[2].default_value = cover, cover + 0.2
    links.new(noise.outputs["Factor"], thick.inputs[0])
    both = nodes.new("ShaderNodeMix")
    both.data_type = "RGBA"
    both.inputs[7].default_value = (*cloud, 1.0)
    links.new(thick.outputs[0], both.inputs[0])
    links.new(shade.outputs[0], both.inputs[6])
    links.new(both.outputs[2], nodes["Background"].inputs[0])
    nodes["Background"].inputs[1].default_value = strength
