"""A result in the compositor: an image sequence inside a plain group, so that it renders where the add-on is not.

A node class of our own would crash Blender 4.5 and 5.0 on a farm that has no add-on, and be black in 5.2.
"""

import os
from pathlib import Path
from typing import Any

import bpy

from plugin.blenderhost.compositor import (
    COLOUR,
    VALUE,
    add_output,
    add_translate,
    group_outputs,
    new_tree,
    tree_of,
    window_offset,
)
from plugin.blenderhost.exr_header import read_exr_header
from vfxlib.errors import InputError
from vfxlib.io.find_sequence import find_sequence
from vfxlib.layer_names import CONFIDENCE, FILL, MATTE

__all__ = ["JOB", "OUT", "group_of", "load_result"]

JOB, OUT = "paintout_job", "paintout_out"  # what a group says of the job that made it, and of its files
IMAGE = "CompositorNodeImage"
OBJECT = "matte_"  # layers of one object each begin so
PICTURE = ("Combined", "Image")  # the main layer's socket
LAYERS = {FILL: "Fill", MATTE.partition(".")[0]: "Matte", CONFIDENCE.partition(".")[0]: "Confidence"}


def group_of(scene: Any, out: str) -> Any:
    """The node of the scene's compositor that holds a result; None if there is none."""
    for node in tree_of(scene).nodes:
        tree = getattr(node, "node_tree", None)
        if tree is not None and tree.get(OUT) == out:
            return node
    return None


def load_result(scene: Any, out: str, job_file: Path, shift: int) -> Any:
    """Show a result in the scene's compositor; a group that shows it already is made anew, and keeps its links.

    out     the sequence
    shift   what is added to the scene's frame to have the file's
    returns the group's node
    raises  InputError if no frame of it is there, or one cannot be read
    """
    name, frames = find_sequence(out)
    paths = [Path(name.path(frame)) for frame in frames]
    headers = [read_exr_header(path) for path in paths]
    node = group_of(scene, out)
    title = os.path.basename(name.prefix).rstrip("._- ") or "clean"
    before = node.node_tree.nodes if node is not None else ()
    image = _image(next((each.image for each in before if each.bl_idname == IMAGE), None), paths[0])
    tree = new_tree(f"Paintout {title}") if node is None else node.node_tree
    tree.nodes.clear()
    tree.animation_data_clear()
    tree[JOB], tree[OUT], tree.use_fake_user = str(job_file), out, True
    source = _image_node(tree, image, frames if name.padding else (), shift)
    moved = any(each.data != each.display for each in headers)
    places = [
        (frame - shift, window_offset(each.display, each.data)) for frame, each in zip(frames, headers, strict=True)
    ]
    _fill(tree, source, places if moved else [])
    if node is None:
        node = tree_of(scene).nodes.new("CompositorNodeGroup")
        node.node_tree, node.label, node.width = tree, f"Paintout: {title}", 200.0
        node.name = tree.name
    return node


def _image(shown: Any, first: Path) -> Any:
    """The image that the group shows already, read anew, or one of its own: others may show the file otherwise."""
    if shown is not None and bpy.path.abspath(shown.filepath) == str(first):
        shown.reload()
        return shown
    try:
        return bpy.data.images.load(str(first))
    except RuntimeError as error:
        raise InputError(f"Blender cannot read it ({str(error).strip()})", where=first, fix="run it again") from error


def _image_node(tree: Any, image: Any, frames: tuple[int, ...], shift: int) -> Any:
    node = tree.nodes.new(IMAGE)
    image.source = "SEQUENCE" if frames else "FILE"
    node.image, node.location = image, (-300.0, 0.0)
    if frames:
        node.frame_start, node.frame_duration = frames[0] - shift, frames[-1] - frames[0] + 1
        node.frame_offset, node.use_auto_refresh = frames[0] - 1, True
    if not any(socket.enabled for socket in node.outputs):
        fix = "run it again, and load it again"
        raise InputError("Blender finds no picture in it", where=image.filepath, fix=fix)
    return node


def _fill(tree: Any, source: Any, places: list[tuple[int, tuple[float, float]]]) -> None:
    """Give out the layers of an Image node; places are where each frame's picture must be moved to, if it must."""
    out = tree.nodes.new("NodeGroupOutput")
    out.location = (300.0, 0.0)
    there, row = group_outputs(tree), 0
    named = [(_shown_as(socket.name), socket) for socket in source.outputs if socket.enabled]
    for name, socket in sorted(((name, each) for name, each in named if name), key=lambda pair: _rank(pair[0])):
        if name not in there:
            add_output(tree, name, COLOUR if socket.type == "RGBA" else VALUE)
        given = socket
        if places:
            move = add_translate(tree)
            move.location, row = (0.0, -180.0 * row), row + 1
            tree.links.new(socket, move.inputs[0])
            _move(move, places)
            given = move.outputs[0]
        tree.links.new(given, out.inputs[name])


def _shown_as(layer: str) -> str | None:
    """How a layer of the file is called among the group's sockets; None for one that is left in the file."""
    if layer in PICTURE:
        return "Image"
    return LAYERS.get(layer, layer if layer.startswith(OBJECT) else None)


def _rank(name: str) -> tuple[int, str]:
    order = ("Image", *LAYERS.values())
    return (order.index(name) if name in order else len(order), name)


def _move(node: Any, places: list[tuple[int, tuple[float, float]]]) -> None:
    for axis, name in enumerate("XY"):
        socket = node.inputs[name]
        socket.default_value = places[0][1][axis]
        if all(place[axis] == places[0][1][axis] for _, place in places):
            continue
        before = None
        for frame, place in places:  # a key where it changes: the curve holds its value until the next
            if place[axis] != before:
                socket.default_value = before = place[axis]
                socket.keyframe_insert("default_value", frame=frame)
    for curve in _curves(node.id_data):
        for key in curve.keyframe_points:
            key.interpolation = "CONSTANT"


def _curves(tree: Any) -> Any:
    """The curves of a tree's animation."""
    action = tree.animation_data.action if tree.animation_data else None
    if action is None:
        return []
    if hasattr(action, "fcurves"):
        return action.fcurves
    return [
        curve for layer in action.layers for strip in layer.strips for bag in strip.channelbags for curve in bag.fcurves
    ]
