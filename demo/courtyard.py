"""The set of the demo shot: the corner of an old square at the end of the day."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

import bpy
import materials

Xyz = Sequence[float]


def box(name: str, centre: Xyz, size: Xyz, material: Any, bevel: float = 0.0) -> Any:
    bpy.ops.mesh.primitive_cube_add(size=1.0, location=centre)
    made = bpy.context.object
    made.name, made.scale = name, size
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    return finish(made, material, bevel)


def tube(name: str, centre: Xyz, radius: float, depth: float, material: Any, *, top: float | None = None,
         turn: Xyz = (0.0, 0.0, 0.0), bevel: float = 0.0) -> Any:  # fmt: skip
    """A cylinder, or a cone where ``top`` gives another radius."""
    bpy.ops.mesh.primitive_cone_add(
        vertices=40, radius1=radius, radius2=radius if top is None else top, depth=depth, location=centre, rotation=turn
    )
    made = bpy.context.object
    made.name = name
    return finish(made, material, bevel)


def ball(name: str, centre: Xyz, radius: float, material: Any) -> Any:
    bpy.ops.mesh.primitive_uv_sphere_add(segments=32, ring_count=16, radius=radius, location=centre)
    made = bpy.context.object
    made.name = name
    return finish(made, material)


def finish(made: Any, material: Any, bevel: float = 0.0) -> Any:
    made.data.materials.append(material)
    if bevel:
        modifier = made.modifiers.new("bevel", "BEVEL")
        modifier.width, modifier.segments = bevel, 4
    bpy.ops.object.shade_smooth_by_angle(angle=math.radians(35))
    return made


def foliage(name: str, centre: Xyz, radii: Xyz, count: int, leaf: float, material: Any, seed: int) -> Any:
    """Leaves scattered in an ellipsoid, denser towards its skin."""
    rng = random.Random(seed)
    vertices: list[tuple[float, float, float]] = []
    faces: list[tuple[int, int, int, int]] = []
    for _ in range(count):
        direction = [rng.gauss(0, 1) for _ in range(3)]
        length = math.sqrt(sum(d * d for d in direction)) or 1.0
        reach = rng.uniform(0.25, 1.0) ** 0.5
        at = [c + r * reach * d / length for c, r, d in zip(centre, radii, direction, strict=True)]
        a = [rng.gauss(0, 1) for _ in range(3)]
        b = [rng.gauss(0, 1) for _ in range(3)]
        size = leaf * rng.uniform(0.6, 1.3)
        a = [size * v / math.hypot(*a) for v in a]
        b = [0.45 * size * v / math.hypot(*b) for v in b]
        first = len(vertices)
        for sa, sb in ((-1, 0), (0, -1), (1, 0), (0, 1)):
            vertices.append(
                (at[0] + sa * a[0] + sb * b[0], at[1] + sa * a[1] + sb * b[1], at[2] + sa * a[2] + sb * b[2])
            )
        faces.append((first, first + 1, first + 2, first + 3))
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices, [], faces)
    mesh.materials.append(material)
    made = bpy.data.objects.new(name, mesh)
    bpy.context.collection.objects.link(made)
    return made


def window(x: float, y: float, z: float, width: float, height: float, frame: Any, pane: Any) -> None:
    box("pane", (x, y - 0.005, z), (width, 0.02, height), pane)
    for dx in (-0.5, 0.0, 0.5):
        box("stile", (x + dx * width, y - 0.03, z), (0.06, 0.08, height + 0.06), frame, 0.01)
    for dz in (-0.5, 0.12, 0.5):
        box("rail", (x, y - 0.03, z + dz * height), (width + 0.06, 0.08, 0.06), frame, 0.01)
    box("sill", (x, y - 0.12, z - height / 2 - 0.07), (width + 0.3, 0.3, 0.08), frame, 0.015)


def display(x: float, y: float, z: float, shelf: Any, ware: Any) -> None:
    """Two shelves of jars, dark against the lit shop."""
    rng = random.Random(5)
    for up in (0.0, 0.72):
        box("shelf", (x, y, z + up), (1.8, 0.03, 0.035), shelf)
        for k in range(10):
            tall = rng.uniform(0.14, 0.34)
            tube("jar", (x - 0.8 + 0.178 * k, y, z + up + tall / 2), rng.uniform(0.045, 0.075), tall, ware,
                 top=rng.uniform(0.025, 0.07))  # fmt: skip


def build() -> None:
    stone = materials.painted("stone", (0.50, 0.45, 0.38), 0.85, 0.45)
    iron = materials.painted("iron", (0.035, 0.04, 0.045), 0.35, 0.3)
    clay = materials.painted("clay", (0.45, 0.17, 0.08), 0.8, 0.4)
    green = materials.wood("green door", (0.035, 0.16, 0.13))
    white = materials.painted("white paint", (0.66, 0.63, 0.56), 0.5, 0.35)
    oak = materials.wood("oak", (0.33, 0.18, 0.085), "X")
    leaf = materials.leaves("leaf", (0.02, 0.06, 0.012), (0.14, 0.24, 0.04))
    lamplight = materials.glowing("lamplight", (1.0, 0.62, 0.26), 16.0)

    box("road", (0, 4, -0.15), (60, 40, 0.1), materials.setts("setts"))
    box("pavement", (-4.0, 1.55, -0.06), (13.6, 2.5, 0.14), materials.slabs("slabs"))
    box("kerb", (-4.0, 0.26, -0.06), (13.6, 0.16, 0.16), stone, 0.02)

    front = 2.4
    box("house", (-4.3, front + 1.5, 3.0), (12.6, 3.0, 6.2), materials.facade("ochre facade", (0.62, 0.43, 0.22)))
    box("plinth", (-4.3, front - 0.03, 0.2), (12.7, 0.1, 0.45), stone, 0.02)
    for k in range(9):
        width = 0.5 if k % 2 else 0.34
        box("quoin", (2.02 - width / 2, front - 0.02, 0.62 + 0.4 * k), (width, 0.1, 0.36), stone, 0.025)

    door = -0.75
    box("door", (door, front - 0.01, 1.05), (1.0, 0.06, 2.1), green)
    for dx in (-0.24, 0.24):
        for dz, tall in ((0.55, 0.7), (1.45, 0.85)):
            box("panel", (door + dx, front - 0.05, dz), (0.36, 0.05, tall), green, 0.02)
    for dx in (-0.6, 0.6):
        box("jamb", (door + dx, front - 0.05, 1.1), (0.2, 0.16, 2.25), stone, 0.02)
    box("lintel", (door, front - 0.06, 2.33), (1.55, 0.2, 0.24), stone, 0.03)
    box("step", (door, front - 0.3, 0.06), (1.5, 0.55, 0.12), stone, 0.03)
    ball("knob", (door + 0.4, front - 0.1, 1.02), 0.04, materials.painted("brass", (0.7, 0.45, 0.12), 0.2))

    shop = materials.new("lit shop")
    warm = shop.ramp(
        shop.noise(2.2, 4.0, 0.5), [(0.3, (0.35, 0.12, 0.03)), (0.5, (1.0, 0.5, 0.16)), (0.7, (1.0, 0.75, 0.42))]
    )
    shop.surface(Base_Color=(0.02, 0.02, 0.02), Roughness=0.08, Emission_Color=warm, Emission_Strength=0.95)
    window(-3.2, front, 1.55, 1.9, 1.35, white, shop.material)
    display(-3.2, front - 0.02, 0.9, oak, clay)
    awning = box("awning", (-3.2, front - 0.42, 2.62), (2.5, 0.95, 0.03),
                 materials.cloth("awning", (0.55, 0.06, 0.04), (0.72, 0.66, 0.55), 0.36))  # fmt: skip
    awning.rotation_euler = (math.radians(28), 0, 0)

    box("bracket", (0.75, front - 0.14, 2.28), (0.05, 0.3, 0.05), iron, 0.01)
    tube("lantern top", (0.75, front - 0.3, 2.27), 0.15, 0.12, iron, top=0.03)
    tube("lantern glass", (0.75, front - 0.3, 2.09), 0.07, 0.2, lamplight, top=0.1)
    tube("lantern base", (0.75, front - 0.3, 1.97), 0.08, 0.04, iron)
    bpy.ops.object.light_add(type="POINT", location=(0.75, front - 0.42, 2.05))
    bpy.context.object.data.energy, bpy.context.object.data.color = 28.0, (1.0, 0.6, 0.28)
    bpy.context.object.data.shadow_soft_size = 0.1

    for x, tall, seed in ((-1.85, 0.42, 1), (0.42, 0.36, 2), (1.45, 0.5, 3)):
        tube("pot", (x, front - 0.42, tall / 2), 0.17, tall, clay, top=0.25)
        tube("pot rim", (x, front - 0.42, tall), 0.27, 0.07, clay, bevel=0.015)
        foliage("bush", (x, front - 0.42, tall + 0.36), (0.38, 0.34, 0.42), 900, 0.06, leaf, seed)

    box("bench seat", (-5.0, 1.5, 0.42), (1.6, 0.42, 0.06), oak, 0.015)
    box("bench back", (-5.0, 1.72, 0.8), (1.6, 0.06, 0.3), oak, 0.015)
    for x in (-5.6, -4.4):
        box("bench leg", (x, 1.5, 0.2), (0.07, 0.4, 0.42), iron, 0.01)

    for x in (-4.9, -3.05, -1.2, 0.65, 2.5):
        tube("bollard", (x, 0.32, 0.4), 0.085, 0.8, iron, top=0.07, bevel=0.01)
        tube("bollard ring", (x, 0.32, 0.66), 0.088, 0.06, white)
        ball("bollard head", (x, 0.32, 0.83), 0.09, iron)

    far_street(white, stone, leaf)
    foliage("canopy", (-9.2, -2.2, 7.6), (2.9, 2.2, 1.9), 1500, 0.15, leaf, 11)
    box("near kerb pot", (4.05, -2.6, 0.2), (0.9, 0.9, 0.52), stone, 0.04)
    foliage("near bush", (4.05, -2.6, 0.75), (0.55, 0.5, 0.42), 1500, 0.075, leaf, 12)
    light()


def far_street(white: Any, stone: Any, leaf: Any) -> None:
    """What lies behind the corner: the depth that parallax shows."""
    pane = materials.painted("dark glass", (0.05, 0.07, 0.09), 0.08, 0.5)
    for x, y, wide, tall, plaster in (
        (5.2, 13.0, 4.6, 6.4, (0.60, 0.52, 0.42)),
        (9.6, 12.4, 4.2, 5.2, (0.55, 0.26, 0.18)),
        (14.2, 13.4, 5.0, 7.0, (0.45, 0.47, 0.42)),
    ):
        box("far house", (x, y + 1.5, tall / 2), (wide, 3.0, tall), materials.facade(f"far {x}", plaster))
        box("cornice", (x, y - 0.1, tall), (wide + 0.2, 0.5, 0.25), stone, 0.05)
        for row in range(int(tall // 2)):
            for dx in (-0.3, 0.0, 0.3):
                window(x + dx * wide, y, 1.5 + 2.0 * row, 0.7, 1.1, white, pane)
    trunk = materials.wood("bark", (0.14, 0.10, 0.07))
    for x, y, seed in ((4.2, 8.6, 21), (8.0, 9.4, 22)):
        tube("trunk", (x, y, 1.1), 0.14, 2.4, trunk, top=0.09)
        foliage("crown", (x, y, 3.0), (1.15, 1.1, 1.2), 2200, 0.13, leaf, seed)


def light() -> None:
    bpy.ops.object.light_add(type="SUN", rotation=(math.radians(57), 0, math.radians(-56)))
    sun = bpy.context.object.data
    sun.energy, sun.angle, sun.color = 7.0, math.radians(0.7), (1.0, 0.77, 0.52)
    world = bpy.data.worlds.new("evening")
    bpy.context.scene.world = world
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    direction = nodes.new("ShaderNodeTexCoord").outputs["Generated"]
    height = nodes.new("ShaderNodeSeparateXYZ")
    links.new(direction, height.inputs[0])
    sky = nodes.new("ShaderNodeValToRGB")
    links.new(height.outputs["Z"], sky.inputs[0])
    for element, (position, colour) in zip(
        sky.color_ramp.elements, ((0.0, (1.0, 0.72, 0.5, 1)), (0.45, (0.22, 0.38, 0.68, 1))), strict=True
    ):
        element.position, element.color = position, colour
    cloud = nodes.new("ShaderNodeTexNoise")
    cloud.inputs["Scale"].default_value, cloud.inputs["Detail"].default_value = 5.0, 8.0
    links.new(direction, cloud.inputs["Vector"])
    thick = nodes.new("ShaderNodeMapRange")
    thick.inputs[1].default_value, thick.inputs[2].default_value = 0.5, 0.72
    links.new(cloud.outputs["Factor"], thick.inputs[0])
    both = nodes.new("ShaderNodeMix")
    both.data_type = "RGBA"
    both.inputs[7].default_value = (1.5, 1.2, 1.0, 1)
    links.new(thick.outputs[0], both.inputs[0])
    links.new(sky.outputs[0], both.inputs[6])
    links.new(both.outputs[2], nodes["Background"].inputs[0])
    nodes["Background"].inputs[1].default_value = 0.75


def robot() -> Any:
    """The thing to remove: a delivery robot, every part a child of one empty; its axles turn about y."""
    root = bpy.data.objects.new("robot", None)
    bpy.context.collection.objects.link(root)
    shell = materials.painted("shell", (0.78, 0.75, 0.70), 0.25, 0.06)
    coral = materials.painted("coral", (0.80, 0.13, 0.035), 0.3, 0.1)
    dark = materials.painted("visor", (0.012, 0.013, 0.016), 0.08, 0.1)
    rubber = materials.painted("rubber", (0.025, 0.025, 0.025), 0.7, 0.3)
    eye = materials.glowing("eye", (0.35, 0.9, 1.0), 9.0)
    tail = materials.glowing("tail light", (1.0, 0.05, 0.02), 5.0)
    parts = [
        box("body", (0, 0, 0.44), (1.0, 0.62, 0.42), shell, 0.1),
        box("belt", (0, 0, 0.36), (1.03, 0.65, 0.14), coral, 0.06),
        box("lid", (-0.06, 0, 0.69), (0.78, 0.54, 0.14), coral, 0.06),
        box("visor", (0.43, 0, 0.52), (0.18, 0.5, 0.2), dark, 0.06),
        tube("mast", (-0.4, 0.2, 1.02), 0.012, 0.75, dark),
        ball("mast tip", (-0.4, 0.2, 1.41), 0.03, tail),
        box("pennant", (-0.53, 0.2, 1.3), (0.25, 0.008, 0.16), coral),
        box("badge", (0.0, -0.312, 0.52), (0.26, 0.02, 0.13), dark, 0.01),
    ]
    for y in (-0.13, 0.13):
        parts.append(ball("eye", (0.51, y, 0.53), 0.045, eye))
    for y in (-0.33, 0.33):
        for x in (-0.34, 0.0, 0.34):
            axle = bpy.data.objects.new("axle", None)
            bpy.context.collection.objects.link(axle)
            axle.location = (x, y, 0.17)
            axle.parent = root
            for part in (
                tube("tyre", (0, 0, 0), 0.17, 0.12, rubber, turn=(math.pi / 2, 0, 0), bevel=0.03),
                tube("hub", (0, 0, 0), 0.1, 0.14, shell, turn=(math.pi / 2, 0, 0), bevel=0.02),
                box("spoke", (0, 0, 0), (0.16, 0.15, 0.03), coral),
            ):
                part.parent = axle
    for part in parts:
        part.parent = root
    return root
