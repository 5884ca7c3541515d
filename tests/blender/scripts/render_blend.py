"""A .blend rendered where the add-on is not: frames 1 to LAST to FOLDER/render.####.exr.

python render_blend.py BLEND FOLDER LAST
"""

import os
import sys

import bpy


def main(blend, folder, last):
    bpy.ops.wm.open_mainfile(filepath=blend)
    assert not hasattr(bpy.types.Scene, "paintout")
    scene = bpy.context.scene
    scene.frame_start, scene.frame_end = 1, int(last)
    scene.render.filepath = f"{folder}/render."
    bpy.ops.render.render(animation=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
    os._exit(0)
