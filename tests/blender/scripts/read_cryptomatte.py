"""The matte that Blender's Cryptomatte node gives of an object in an EXR.

    python read_cryptomatte.py FILE LAYER NAME

Prints one line of JSON: {"size": [w, h], "layers": [NAME ...], "matte": [value ...]}, rows from the TOP.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from read_layers import compositor, display_size, rendered


def main(path, layer, name):
    scene, tree, image = compositor(path)
    width, height = display_size(image.image)
    scene.render.resolution_x, scene.render.resolution_y = width, height
    node = tree.nodes.new("CompositorNodeCryptomatteV2")
    node.source, node.image = "IMAGE", image.image
    layers = [item.identifier for item in node.bl_rna.properties["layer_name"].enum_items]
    node.layer_name = layer
    node.matte_id = name
    tree.links.new(image.outputs[0], node.inputs[0])
    with tempfile.TemporaryDirectory() as folder:
        values = rendered(scene, tree, node.outputs["Matte"], Path(folder) / "matte.exr")[::4]
    rows = [values[start : start + width] for start in range(0, width * height, width)]
    matte = [value for row in reversed(rows) for value in row]
    print(json.dumps({"size": [width, height], "layers": layers, "matte": matte}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
    sys.stdout.flush()
    os._exit(0)  # Blender's module does not always leave by itself
