"""Render two small frames of two balls before a wall, with Cryptomatte, as Blender itself writes them.

    python render_cryptomatte.py FOLDER

FOLDER/multipart/render.####.exr has a part per pass, FOLDER/interleaved/render.####.exr has one part.
"""

import os
import sys
from pathlib import Path

import bpy

FIRST, LAST = 1001, 1002


def painted(name, colour):
    material = bpy.data.materials.new(name)
    material.diffuse_color = (*colour, 1.0)
    material.use_nodes = True
    material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (*colour, 1.0)
    return material


def build():
    bpy.ops.mesh.primitive_plane_add(size=20, location=(0, 3, 0), rotation=(1.5708, 0, 0))
    bpy.context.object.name = "wall"
    bpy.context.object.data.materials.append(painted("plaster", (0.5, 0.5, 0.45)))
    for name, x, colour in (("red ball", -1.2, (0.8, 0.05, 0.02)), ("blue ball", 1.2, (0.02, 0.1, 0.8))):
        bpy.ops.mesh.primitive_uv_sphere_add(radius=0.9, location=(x, 0, 0))
        bpy.context.object.name = name
        bpy.context.object.data.materials.append(painted(f"{name} paint", colour))
    bpy.ops.object.light_add(type="SUN", rotation=(0.6, 0.3, 0))
    bpy.ops.object.camera_add(location=(0, -8, 0), rotation=(1.5708, 0, 0))
    bpy.context.scene.camera = bpy.context.object


def settle(scene):
    scene.render.engine = "CYCLES"
    scene.cycles.device, scene.cycles.samples = "CPU", 8
    scene.cycles.use_denoising = scene.cycles.use_adaptive_sampling = False
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 64, 36, 100
    layer = scene.view_layers[0]
    layer.name = "beauty"
    layer.use_pass_cryptomatte_object = layer.use_pass_cryptomatte_material = True
    image = scene.render.image_settings
    image.media_type = "MULTI_LAYER_IMAGE"
    image.file_format, image.color_depth = "OPEN_EXR_MULTILAYER", "16"


def main(folder):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    settle(scene)
    build()
    for name, interleaved in (("multipart", False), ("interleaved", True)):
        scene.render.image_settings.use_exr_interleave = interleaved
        for number in range(FIRST, LAST + 1):
            scene.frame_set(number)
            bpy.data.objects["red ball"].location.x = -1.2 + 0.4 * (number - FIRST)
            scene.render.filepath = str(folder / name / f"render.{number}.exr")
            bpy.ops.render.render(write_still=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    sys.stdout.flush()
    os._exit(0)  # Blender's module does not always leave by itself
