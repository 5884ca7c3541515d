"""What an artist drew or made in Blender, written as mattes: a mask, or what any node of the compositor gives out."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from plugin.blenderhost.compositor import render_frame, scene_copy_showing, scene_showing
from vfxlib.errors import UsageError

__all__ = ["write_mask", "write_node"]


def write_mask(
    mask: Any, frames: Iterable[tuple[int, Path]], size: tuple[int, int], aspect: float, feather: bool = True
) -> None:
    """Write a mask as mattes: 0 keeps, above 0 removes.

    frames   of the scene, with the file of each
    size     pixels of the plate
    aspect   width of a pixel over its height
    raises   OutputError if a file cannot be written
    """
    with scene_showing("CompositorNodeMask", size, aspect) as (scene, node):
        node.mask = mask
        if "Feather" in node.inputs:
            node.inputs["Feather"].default_value = feather
        else:
            node.use_feather = feather
        for frame, path in frames:
            render_frame(scene, frame, path)


def write_node(scene: Any, node: Any, frames: Iterable[tuple[int, Path]], size: tuple[int, int]) -> None:
    """Write what a node of the scene's compositor gives out as mattes.

    frames  of the scene, with the file of each
    size    pixels of the plate
    raises  UsageError if it gives nothing out; OutputError if a file cannot be written
    """
    sockets = [socket.name for socket in node.outputs if socket.enabled]
    if not sockets:
        raise UsageError("gives nothing out", where=f"node {node.name}", fix="choose a node that makes a matte")
    named = next((name for name in ("Matte", "Mask", "Alpha") if name in sockets), sockets[0])
    with scene_copy_showing(scene, node.name, named, size) as copy:
        for frame, path in frames:
            render_frame(copy, frame, path)
