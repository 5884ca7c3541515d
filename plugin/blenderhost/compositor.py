"""The compositor of Blender 4.5 and of 5.x in the same words: the one place that knows what differs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from vfxlib.errors import OutputError
from vfxlib.image.box import Box
from vfxlib.io.os_errors import writing

__all__ = [
    "COLOUR",
    "VALUE",
    "add_output",
    "add_translate",
    "group_outputs",
    "new_tree",
    "render_frame",
    "scene_copy_showing",
    "scene_showing",
    "show",
    "tree_of",
    "window_offset",
    "working_space",
]

V5 = bpy.app.version >= (5, 0, 0)  # a tree is a node group, its output a group output
V5_2 = bpy.app.version >= (5, 2, 0)  # an Image node moves a data window by itself
V4 = bpy.app.version >= (4, 0, 0)  # sockets of a group are items of its interface
COLOUR, VALUE = "NodeSocketColor", "NodeSocketFloat"
QUARTER = 0.25  # of a pixel: Blender rounds the middle of a picture of odd size now up, now down; this settles it
LINEAR_REC709 = "lin_rec709_scene"
NO_ENGINE = "BLENDER_WORKBENCH"  # always there; a tree without Render Layers never asks it for anything


def working_space() -> str:
    """The Color Interop Forum name of the scene-linear space; "" if a configuration of somebody's own hides it."""
    told = getattr(getattr(bpy.data, "colorspace", None), "working_space_interop_id", None)
    if told is not None:
        return str(told)
    return "" if os.environ.get("OCIO") else LINEAR_REC709  # before 5.0 Blender's own configuration has no other


def tree_of(scene: Any) -> Any:
    """The scene's compositor tree, which is made if there is none."""
    if not V5:
        scene.use_nodes = True
        return scene.node_tree
    if scene.compositing_node_group is None:
        scene.compositing_node_group = new_tree("Compositing")
    return scene.compositing_node_group


def new_tree(name: str) -> Any:
    """A compositor tree of its own."""
    return bpy.data.node_groups.new(name, "CompositorNodeTree")


def add_output(tree: Any, name: str, kind: str) -> None:
    """A socket that a group gives something out by."""
    if V4:
        tree.interface.new_socket(name, in_out="OUTPUT", socket_type=kind)
    else:
        tree.outputs.new(kind, name)


def group_outputs(tree: Any) -> tuple[str, ...]:
    """The names of the sockets that a group gives something out by."""
    if V4:
        items = tree.interface.items_tree
        return tuple(each.name for each in items if each.item_type == "SOCKET" and each.in_out == "OUTPUT")
    return tuple(each.name for each in tree.outputs)


def add_translate(tree: Any) -> Any:
    """A node that moves a picture by whole pixels without mixing them."""
    node = tree.nodes.new("CompositorNodeTranslate")
    if V5:
        node.inputs["Interpolation"].default_value = "Nearest"
    elif hasattr(node, "interpolation"):
        node.interpolation = "NEAREST"
    return node


def window_offset(display: Box, data: Box) -> tuple[float, float]:
    """How far a layered picture must be moved, right and up, to lie where its file says.

    Until 5.1 Blender puts the middle of the data window into the middle of the frame; 5.2 moves it from there by
    itself, right across the frame and the wrong way up and down it (measured in 4.5.15, 5.0.1, 5.1.2 and 5.2.3).
    """
    right = data.x0 - (display.width - data.width) / 2
    up = (display.height - data.y1) - (display.height - data.height) / 2
    if V5_2:
        right, up = 0.0, 2 * up
    return right - QUARTER, up - QUARTER


@contextmanager
def scene_showing(node_type: str, size: tuple[int, int], aspect: float) -> Iterator[tuple[Any, Any]]:
    """A scene for a while whose compositor shows one node; the scene and the node.

    size    pixels
    aspect  width of a pixel over its height
    """
    scene = bpy.data.scenes.new("Paintout")
    try:
        scene.render.resolution_x, scene.render.resolution_y = size
        scene.render.pixel_aspect_x, scene.render.pixel_aspect_y = max(aspect, 1.0), max(1.0 / aspect, 1.0)
        scene.render.engine = NO_ENGINE
        tree = tree_of(scene)
        for each in list(tree.nodes):
            tree.nodes.remove(each)
        node = tree.nodes.new(node_type)
        show(tree, node.outputs[0])
        yield scene, node
    finally:
        _remove(scene)


@contextmanager
def scene_copy_showing(scene: Any, node_name: str, socket: str, size: tuple[int, int]) -> Iterator[Any]:
    """A copy of a scene for a while whose compositor gives out what one of its nodes makes.

    socket  of the node
    size    pixels
    """
    copy = scene.copy()
    try:
        copy.render.resolution_x, copy.render.resolution_y = size
        if V5:
            copy.compositing_node_group = scene.compositing_node_group.copy()
        tree = tree_of(copy)
        kept = _upstream(tree.nodes[node_name])
        for each in list(tree.nodes):  # one Render Layers that nobody asks for renders the whole scene
            if each.name not in kept:
                tree.nodes.remove(each)
        show(tree, tree.nodes[node_name].outputs[socket])
        yield copy
    finally:
        _remove(copy)


def _upstream(node: Any) -> set[str]:
    """The names of a node and of all that it is made of."""
    found, waiting = {node.name}, [node]
    while waiting:
        for socket in waiting.pop().inputs:
            new = [link.from_node for link in socket.links if link.from_node.name not in found]
            found |= {each.name for each in new}
            waiting += new
    return found


def show(tree: Any, socket: Any) -> None:
    """Make a socket what the tree gives out."""
    if not V5:
        tree.links.new(socket, tree.nodes.new("CompositorNodeComposite").inputs[0])
        return
    if not group_outputs(tree):
        add_output(tree, "Image", COLOUR)
    tree.links.new(socket, tree.nodes.new("NodeGroupOutput").inputs[0])


def _remove(scene: Any) -> None:
    tree = scene.compositing_node_group if V5 else None
    bpy.data.scenes.remove(scene)
    if tree is not None and tree.users == 0:
        bpy.data.node_groups.remove(tree)


def render_frame(scene: Any, frame: int, path: Path) -> None:
    """Write what a scene's compositor gives out at a frame, as a grey EXR of 32-bit floats.

    path    is there whole afterwards, or as it was
    raises  OutputError if it cannot be written
    """
    render = scene.render
    render.resolution_percentage, render.use_file_extension, render.use_compositing = 100, True, True
    render.use_sequencer, render.use_border = False, False
    if hasattr(render, "compositor_device"):
        render.compositor_device, render.compositor_precision = "CPU", "FULL"
    image = render.image_settings
    if V5:
        image.media_type = "IMAGE"
    image.file_format, image.color_mode, image.color_depth, image.exr_codec = "OPEN_EXR", "BW", "32", "ZIP"
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".paintout", dir=path.parent) as folder:
            made = Path(folder) / "frame.exr"
            render.filepath = str(made)
            scene.frame_set(frame)
            try:
                bpy.ops.render.render(write_still=True, scene=scene.name)
            except RuntimeError as error:
                raise OutputError(f"Blender could not render it ({error})", where=path) from error
            os.replace(made, path)
