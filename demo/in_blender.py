"""The demo's robot removed inside Blender: the extension installed, run from one key through its button, rendered.

    PAINTOUT=.venv/bin/paintout .venv-bpy/bin/python demo/in_blender.py ZIP OUT [FRAMES [QUALITY]]

OUT gets the result, what Blender's compositor renders of it, and demo.blend, which anybody can open. Blender keeps what
it installs in OUT too, so nobody's own settings are touched.
"""

import os
import sys
from pathlib import Path

DEMO = Path(__file__).resolve().parent
ZIP, OUT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
FRAMES, QUALITY = (*sys.argv[3:], *("1001-1016", "draft")[len(sys.argv) - 3 :])
os.environ["BLENDER_USER_RESOURCES"] = str(OUT / "blender")  # read when bpy is imported
os.environ["PAINTOUT"] = os.path.abspath(os.environ.get("PAINTOUT", DEMO.parent / ".venv" / "bin" / "paintout"))

import bpy  # noqa: E402

import addon_utils  # noqa: E402  isort: skip  bpy puts it there


def main():
    bpy.ops.wm.read_factory_settings(use_empty=True)
    addon_utils.enable("bl_pkg")
    bpy.ops.extensions.package_install_files(filepath=str(ZIP), repo="user_default", enable_on_install=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(OUT / "demo.blend"))

    scene = bpy.context.scene
    settings = scene.paintout
    settings.shift = 1000  # frame 1 is plate.1001.exr
    settings.shot.plate = str(DEMO / "plate" / "plate.####.exr")
    settings.shot.frames = FRAMES
    key = settings.shot.key.add()
    key.frame, key.file = 1001, str(DEMO / "matte" / "matte.1001.exr")
    settings.output.out = "//clean.####.exr"
    settings.params_clean_plate.quality = QUALITY
    bpy.ops.paintout.run()
    bpy.ops.paintout.status()
    print(settings.status)

    tree = scene.compositing_node_group
    group = next(node for node in tree.nodes if node.bl_idname == "CompositorNodeGroup")
    tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
    tree.links.new(group.outputs["Image"], tree.nodes.new("NodeGroupOutput").inputs[0])
    render, image = scene.render, scene.render.image_settings
    render.resolution_x, render.resolution_y, render.resolution_percentage = 544, 306, 100
    image.media_type, image.file_format = "IMAGE", "PNG"
    source = group.node_tree.nodes["Image"]
    scene.frame_start, scene.frame_end = source.frame_start, source.frame_start + source.frame_duration - 1
    render.filepath = "//seen/seen."
    bpy.ops.render.render(animation=True)
    bpy.ops.wm.save_mainfile()
    print(f"clean plate: {OUT}/clean.####.exr   as Blender shows it: {OUT}/seen   to open: {OUT}/demo.blend")


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    main()
    sys.stdout.flush()
    os._exit(0)  # Blender's module does not always leave by itself
