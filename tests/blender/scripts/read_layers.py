"""What Blender's Image node makes of an EXR: its sockets, and the values that come out of them.

    python read_layers.py FILE X,Y [X,Y ...]        pixels from the left and from the TOP of the display window

Prints one line of JSON:
    {"size": [w, h], "sockets": {NAME: KIND}, "pixels": {NAME: [[r, g, b, a] for each point]}}
A plain value is in every one of r, g, b; a vector is r, g, b = x, y, z.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import bpy


def compositor(path):
    """A tree with one Image node that shows the file, and the scene that renders it."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    tree = bpy.data.node_groups.new("read", "CompositorNodeTree")
    scene.compositing_node_group = tree
    tree.interface.new_socket("Image", in_out="OUTPUT", socket_type="NodeSocketColor")
    node = tree.nodes.new("CompositorNodeImage")
    node.image = bpy.data.images.load(str(path))
    scene.render.engine = "CYCLES"
    scene.render.compositor_device, scene.render.compositor_precision = "CPU", "FULL"
    scene.render.threads_mode, scene.render.threads = "FIXED", 1
    scene.render.resolution_percentage = 100
    image = scene.render.image_settings
    image.media_type = "IMAGE"
    image.file_format, image.color_depth, image.exr_codec, image.color_mode = "OPEN_EXR", "32", "ZIP", "RGBA"
    return scene, tree, node


def rendered(scene, tree, socket, path):
    """All pixels that come out of ``socket``, bottom row first: through the compositor and a float EXR."""
    out = tree.nodes.new("NodeGroupOutput")
    tree.links.new(socket, out.inputs[0])
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    tree.nodes.remove(out)
    picture = bpy.data.images.load(str(path))
    values = list(picture.pixels)
    bpy.data.images.remove(picture)
    return values


def main(path, points):
    scene, tree, node = compositor(path)
    width, height = display_size(node.image)
    scene.render.resolution_x, scene.render.resolution_y = width, height
    sockets = [socket for socket in node.outputs if socket.enabled]
    pixels = {}
    with tempfile.TemporaryDirectory() as folder:
        for index, socket in enumerate(sockets):
            values = rendered(scene, tree, socket, Path(folder) / f"{index}.exr")
            starts = [4 * ((height - 1 - y) * width + x) for x, y in points]
            pixels[socket.name] = [values[start : start + 4] for start in starts]
    kinds = {socket.name: socket.type for socket in sockets}
    print(json.dumps({"size": [width, height], "sockets": kinds, "pixels": pixels}))


def display_size(image):
    """From the file's header, for Blender tells the size of a layered image only after it was shown."""
    with open(bpy.path.abspath(image.filepath), "rb") as file:
        head = file.read(65536)
    start = head.index(b"displayWindow\0box2i\0") + len(b"displayWindow\0box2i\0") + 4
    x0, y0, x1, y1 = (int.from_bytes(head[start + 4 * k : start + 4 * k + 4], "little", signed=True) for k in range(4))
    return x1 - x0 + 1, y1 - y0 + 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), [tuple(int(n) for n in word.split(",")) for word in sys.argv[2:]])
    sys.stdout.flush()
    os._exit(0)  # Blender's module does not always leave by itself
