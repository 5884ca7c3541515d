"""Masks and nodes as mattes, by the buttons; the host is imported from the checkout.

    python host_masks.py ROOT FOLDER

FOLDER has plate/plate.1001.exr .., 64x40, and matte/matte.1001.exr ... Prints the files that the settings name.
"""

import json
import os
import sys
from pathlib import Path

import bpy

WIDTH, HEIGHT = 64, 40
BOX = (8, 4, 24, 14)  # pixels from the left and from the TOP: x0, y0, x1, y1


def square(name, aspect=1.0):
    """A mask of BOX, as the Movie Clip Editor holds one: the longer side of the picture is 0 to 1, y up."""
    mask = bpy.data.masks.new(name)
    spline = mask.layers.new().splines.new()
    spline.points.add(3)  # it has one
    spline.use_cyclic = True
    x0, y0, x1, y1 = BOX
    tall = HEIGHT / aspect  # in the plate's pixels' widths
    longer = max(WIDTH, tall)
    for point, (x, y) in zip(spline.points, ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), strict=True):
        across = (x / WIDTH - 0.5) * WIDTH / longer + 0.5
        up = (0.5 - y / HEIGHT) * tall / longer + 0.5
        point.co = point.handle_left = point.handle_right = (across, up)
        point.handle_type = "VECTOR"
    return mask


def said(call):
    try:
        call()
    except RuntimeError as error:
        return str(error)
    return ""


def main(root, folder):
    sys.path.insert(0, root)
    import plugin.blenderhost as host

    bpy.ops.wm.read_factory_settings(use_empty=True)
    host.register()
    scene = bpy.context.scene
    settings = scene.paintout
    clip = bpy.data.movieclips.load(str(folder / "plate" / "plate.1001.exr"))
    bpy.ops.paintout.plate_from_clip()
    told = {"plate": settings.shot.plate, "shift": settings.shift, "clip": list(clip.size)}
    settings.output.out = str(folder / "out" / "clean.####.exr")
    told["no mask"] = said(lambda: bpy.ops.paintout.matte(source="MASK", what="KEY"))
    scene.frame_set(2)
    settings.mask = square("Róbot")
    bpy.ops.paintout.matte(source="MASK", what="KEY")
    bpy.ops.paintout.matte(source="MASK", what="KEY")  # again: the same key
    bpy.ops.paintout.matte(source="MASK", what="MATTE")
    told["keys"] = [[each.frame, each.file] for each in settings.shot.key]
    told["matte"] = settings.shot.matte
    scene.frame_set(7)
    told["no frame"] = said(lambda: bpy.ops.paintout.matte(source="MASK", what="KEY"))
    scene.frame_set(3)
    clip.display_aspect = (2.0, 1.0)
    settings.mask = square("wide", 2.0)
    bpy.ops.paintout.matte(source="MASK", what="KEY")

    # and what a node gives out
    tree = host_tree(scene)
    node = tree.nodes.new("CompositorNodeImage")
    node.image = bpy.data.images.load(str(folder / "matte" / "matte.1001.exr"))
    turned = tree.nodes.new("CompositorNodeInvert")
    tree.links.new(node.outputs["Alpha"], turned.inputs["Color"])
    tree.nodes.active = turned
    scene.frame_set(1)
    bpy.ops.paintout.matte(source="NODE", what="KEY")
    told["keys"] = [[each.frame, each.file] for each in settings.shot.key]
    told["left"] = [len(bpy.data.scenes), len(bpy.data.node_groups)]
    host.unregister()
    print(json.dumps(told))


def host_tree(scene):
    from plugin.blenderhost.compositor import tree_of

    return tree_of(scene)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
    sys.stdout.flush()
    os._exit(0)
