"""What a compositor does with the installed extension: plate and matte chosen, run, loaded, rendered, saved.

    python host_story.py ZIP FOLDER

FOLDER has plate/plate.1001.exr .. and matte/matte.####.exr; the .blend and the rendered frames go there. Blender's own
folder is $BLENDER_USER_RESOURCES. Prints one line of JSON.
"""

import json
import os
import sys
from pathlib import Path

import bpy

import addon_utils  # isort: skip  bpy puts it there


def install(path):
    addon_utils.enable("bl_pkg")
    bpy.ops.extensions.package_install_files(filepath=str(path), repo="user_default", enable_on_install=True)


def render_to(scene, folder, first, last):
    image = scene.render.image_settings
    image.media_type = "IMAGE"
    image.file_format, image.color_depth, image.exr_codec, image.color_mode = "OPEN_EXR", "32", "ZIP", "RGBA"
    scene.render.compositor_device, scene.render.compositor_precision = "CPU", "FULL"
    scene.render.resolution_percentage = 100
    scene.frame_start, scene.frame_end = first, last
    scene.render.filepath = f"{folder}/render."
    bpy.ops.render.render(animation=True)


def said(call):
    """What Blender's window would show: the words of an error report."""
    try:
        call()
    except RuntimeError as error:
        return str(error)
    return ""


def main(zip_path, folder):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    install(zip_path)
    told = {"module": [name for name in sys.modules if name.endswith("paintout.plugin.blenderhost")]}
    told["clash"] = [name for name in ("plugin", "nodes", "vfxlib", "torch") if name in sys.modules]
    scene, settings = bpy.context.scene, bpy.context.scene.paintout
    scene.render.engine = "BLENDER_WORKBENCH"
    scene.render.resolution_x, scene.render.resolution_y = 544, 306
    told["no output"] = said(bpy.ops.paintout.run)

    # the plate is what an Image node shows at the scene's frames 1 to 3
    tree = bpy.data.node_groups.new("comp", "CompositorNodeTree")
    scene.compositing_node_group = tree
    node = tree.nodes.new("CompositorNodeImage")
    node.image = bpy.data.images.load(str(folder / "plate" / "plate.1001.exr"))
    node.image.source = "SEQUENCE"
    node.frame_start, node.frame_offset, node.frame_duration = 1, 1000, 3
    tree.nodes.active = node
    settings.face = "flow-inpaint"
    bpy.ops.paintout.plate_from_node()
    told["plate"], told["shift"] = settings.shot.plate, settings.shift
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "shot.blend"))
    settings = bpy.context.scene.paintout
    settings.shot.matte = "//matte/matte.1001.exr"  # as the file browser gives it
    told["matte"] = settings.shot.matte
    settings.output.out = "//out/clean.####.exr"
    settings.output.device = "cpu"

    bpy.ops.paintout.save_job(filepath="//shot.json")
    told["saved"] = (folder / "shot.json").is_file()
    settings.shot.matte_channel = "nothing"
    told["refused"] = said(bpy.ops.paintout.run)
    settings.shot.matte_channel = ""
    told["run"] = list(bpy.ops.paintout.run())
    told["job"] = json.loads((folder / "out" / "clean.work" / "job.json").read_text())["shot"]
    bpy.ops.paintout.status()
    told["status"] = settings.status.splitlines()
    bpy.ops.paintout.submit()
    told["bundle"] = sorted(path.name for path in (folder / "out" / "clean.farm").iterdir())
    bpy.ops.paintout.load_result()  # once more: the same node
    groups = [each for each in tree.nodes if each.bl_idname == "CompositorNodeGroup"]
    told["groups"] = [[socket.name for socket in each.outputs] for each in groups]
    told["mark"] = groups[0].node_tree["paintout_job"]

    tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
    out = tree.nodes.new("NodeGroupOutput")
    for name in ("Image", "Fill", "Matte", "Confidence"):
        tree.links.new(groups[0].outputs[name], out.inputs[0])
        render_to(scene, folder / f"seen {name}", 1, 3)
    tree.links.new(groups[0].outputs["Image"], out.inputs[0])
    bpy.ops.wm.save_mainfile()
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.flush()
    addon_utils.disable("bl_ext.user_default.paintout")
    os._exit(0)  # Blender's module does not always leave by itself
