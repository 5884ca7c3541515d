"""A result in the compositor, its picture and matte rendered: FOLDER/Image.####.exr, FOLDER/Matte.####.exr.

python host_load.py ROOT OUT FOLDER WIDTH HEIGHT FIRST LAST
"""

import os
import sys
from pathlib import Path

import bpy


def main(root, out, folder, width, height, first, last):
    sys.path.insert(0, root)
    from plugin.blenderhost.compositor import V5, show, tree_of
    from plugin.blenderhost.result import load_result

    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    for each in list(tree_of(scene).nodes):
        tree_of(scene).nodes.remove(each)
    node = load_result(scene, out, Path("/jobs/job.json"), 0)
    render, image = scene.render, scene.render.image_settings
    render.engine = "BLENDER_WORKBENCH"
    if V5:
        image.media_type = "IMAGE"
    image.file_format, image.color_depth, image.exr_codec, image.color_mode = "OPEN_EXR", "32", "ZIP", "RGBA"
    render.compositor_device, render.compositor_precision = "CPU", "FULL"
    render.resolution_x, render.resolution_y, render.resolution_percentage = int(width), int(height), 100
    scene.frame_start, scene.frame_end = int(first), int(last)
    for name in ("Image", "Matte"):
        for each in list(tree_of(scene).nodes):
            if each.name != node.name:
                tree_of(scene).nodes.remove(each)
        show(tree_of(scene), node.outputs[name])
        render.filepath = f"{folder}/{name}."
        bpy.ops.render.render(animation=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)
