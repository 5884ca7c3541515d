"""What the panel's buttons do with what goes in: plates, mattes and keys from nodes, clips and masks."""

import re
from pathlib import Path
from typing import Any

import bpy

from plugin.blenderhost.compositor import tree_of
from plugin.blenderhost.exr_header import read_exr_header
from plugin.blenderhost.masks import write_mask, write_node
from plugin.blenderhost.operators import host_job, telling
from plugin.blenderhost.sequences import Footage, footage_of_clip, footage_of_image_node
from plugin.blenderhost.settings import path_here, settings_of
from vfxlib.errors import InputError, UsageError
from vfxlib.io.find_sequence import find_sequence

__all__ = ["CLASSES"]

MOVIES = (".mov", ".mp4", ".m4v", ".mkv", ".avi", ".mxf", ".webm")


def _active_node(context: Any) -> Any:
    node = tree_of(context.scene).nodes.active
    if node is None:
        raise UsageError("no node is selected", where="the compositor", fix="click the node, then press again")
    return node


def _clip(context: Any) -> Any:
    clip = getattr(context.space_data, "clip", None) if context.space_data else None
    clip = clip or next(iter(bpy.data.movieclips), None)
    if clip is None:
        raise UsageError("no clip is open", where="the Movie Clip Editor", fix="open the plate there")
    return clip


def _take_plate(context: Any, footage: Footage) -> None:
    settings = settings_of(context.scene)
    settings.shot.plate, settings.shift = footage.files, footage.shift


class PaintoutPlateFromNode(bpy.types.Operator):
    """Take the files of the selected Image or Movie Clip node as the plate, with the frames at which it shows them."""

    bl_idname = "paintout.plate_from_node"
    bl_label = "From the selected node"
    bl_options = {"UNDO"}  # noqa: RUF012

    def execute(self, context: Any) -> set[str]:
        """Take them."""
        with telling(self):
            node = _active_node(context)
            clip = getattr(node, "clip", None)
            if clip is not None:
                _take_plate(context, footage_of_clip(clip, path_here(clip.filepath)))
            elif hasattr(node, "image"):
                path = path_here(node.image.filepath) if node.image else ""
                _take_plate(context, footage_of_image_node(node, path))
            else:
                raise UsageError(
                    "shows no files", where=f"node {node.name}", fix="click an Image node, then press again"
                )
            return {"FINISHED"}
        return {"CANCELLED"}


class PaintoutPlateFromClip(bpy.types.Operator):
    """Take the files of this clip as the plate, with the frames at which it shows them."""

    bl_idname = "paintout.plate_from_clip"
    bl_label = "Plate from this clip"
    bl_options = {"UNDO"}  # noqa: RUF012

    def execute(self, context: Any) -> set[str]:
        """Take them."""
        with telling(self):
            clip = _clip(context)
            _take_plate(context, footage_of_clip(clip, path_here(clip.filepath)))
            return {"FINISHED"}
        return {"CANCELLED"}


class PaintoutMatte(bpy.types.Operator):
    """Write the mask, or what the selected node makes, as mattes: of this frame as a key, or of every frame."""

    bl_idname = "paintout.matte"
    bl_label = "Matte"
    bl_options = {"UNDO"}  # noqa: RUF012
    __annotations__ = {
        "source": bpy.props.EnumProperty(
            items=[("MASK", "Mask", "The mask"), ("NODE", "Node", "What the selected node gives out")]
        ),
        "what": bpy.props.EnumProperty(
            items=[("KEY", "Key", "A matte of this frame"), ("MATTE", "Matte", "A matte of every frame")]
        ),
    }

    @classmethod
    def description(cls, context: Any, properties: Any) -> str:
        """What the button says."""
        of = "the mask" if properties.source == "MASK" else "what the selected node gives out"
        if properties.what == "KEY":
            return f"Write {of} at this frame as a file, and take it as a key"
        return f"Write {of} at every frame of the plate as files, and take them as the matte"

    def execute(self, context: Any) -> set[str]:
        """Write it, and take it."""
        with telling(self):
            settings, job = settings_of(context.scene), host_job(context)
            size, numbers = _size(job.shot.plate), _numbers(context.scene, job.shot.plate, settings.shift)
            if self.what == "KEY":
                numbers = [_number_now(context.scene, settings.shift, numbers)]
            mask = _mask(context, settings) if self.source == "MASK" else None
            node: Any = None if mask else _active_node(context)
            stem = re.sub(r"[^\w-]", "_", (mask or node).name)
            folder = job.beside / f"{job.name}.mattes" / ("keys" if self.what == "KEY" else stem)
            files = [(number - settings.shift, folder / f"{stem}.{number:04d}.exr") for number in numbers]
            if mask is not None:
                write_mask(mask, files, size, _aspect(job.shot.plate))
            else:
                write_node(context.scene, node, files, size)
            if self.what == "KEY":
                _take_key(settings, numbers[0], str(files[0][1]))
            else:
                settings.shot.matte = str(folder / f"{stem}.####.exr")
            self.report({"INFO"}, f"Written: {files[0][1].parent}")
            return {"FINISHED"}
        return {"CANCELLED"}


def _mask(context: Any, settings: Any) -> Any:
    mask = getattr(context.space_data, "mask", None) if context.space_data else None
    mask = mask or settings.mask
    if mask is None:
        fix = "draw one in the Movie Clip Editor's or the Image Editor's Mask mode, and choose it"
        raise UsageError("no mask is chosen", where="Mask", fix=fix)
    return mask


def _size(plate: str) -> tuple[int, int]:
    """Pixels of the plate, width and height."""
    name, frames = find_sequence(plate)
    path = Path(name.path(frames[0]))
    if path.suffix.lower() == ".exr":
        return read_exr_header(path).display.size
    try:
        image = bpy.data.images.load(str(path))
    except RuntimeError as error:
        raise InputError("Blender cannot read it", where=path, fix="name the plate's files") from error
    try:
        width, height = image.size
        return int(width), int(height)
    finally:
        bpy.data.images.remove(image)


def _numbers(scene: Any, plate: str, shift: int) -> list[int]:
    """The plate's frames; of a movie those of the scene, for only the command counts them."""
    if Path(plate).suffix.lower() in MOVIES:
        return list(range(scene.frame_start + shift, scene.frame_end + shift + 1))
    return list(find_sequence(plate)[1])


def _number_now(scene: Any, shift: int, numbers: list[int]) -> int:
    number = int(scene.frame_current) + shift
    if number not in numbers:
        there = f"which has {numbers[0]} to {numbers[-1]}"
        problem = f"frame {scene.frame_current} of the scene is {number} of the plate, {there}"
        raise UsageError(problem, where="Frame shift", fix="go to a frame of the plate, or set the shift")
    return number


def _aspect(plate: str) -> float:
    """Width over height of a pixel as a mask was drawn with: the clip's, or the image's, that shows the plate."""
    for clip in bpy.data.movieclips:
        if clip.filepath and footage_of_clip(clip, path_here(clip.filepath)).files == plate:
            return float(clip.display_aspect[0] / clip.display_aspect[1])
    first = str(find_sequence(plate)[0].path(find_sequence(plate)[1][0]))
    for image in bpy.data.images:
        if image.filepath and path_here(image.filepath) == first:
            return float(image.display_aspect[0] / image.display_aspect[1])
    return 1.0


def _take_key(settings: Any, number: int, path: str) -> None:
    keys = settings.shot.key
    own = next((each for each in keys if each.frame == number), None) or keys.add()
    own.frame, own.file = number, path


class PaintoutFrameFileAdd(bpy.types.Operator):
    """Add a file for this frame."""

    bl_idname = "paintout.frame_file_add"
    bl_label = "Add"
    bl_options = {"UNDO"}  # noqa: RUF012
    __annotations__ = {
        "group": bpy.props.StringProperty(options={"HIDDEN"}),
        "name": bpy.props.StringProperty(options={"HIDDEN"}),
    }

    def execute(self, context: Any) -> set[str]:
        """Add it."""
        settings = settings_of(context.scene)
        each = getattr(getattr(settings, self.group), self.name).add()
        each.frame = context.scene.frame_current + settings.shift
        return {"FINISHED"}


class PaintoutFrameFileRemove(bpy.types.Operator):
    """Take this file out of the list; it stays on the disk."""

    bl_idname = "paintout.frame_file_remove"
    bl_label = "Remove"
    bl_options = {"UNDO"}  # noqa: RUF012
    __annotations__ = {
        "group": bpy.props.StringProperty(options={"HIDDEN"}),
        "name": bpy.props.StringProperty(options={"HIDDEN"}),
        "index": bpy.props.IntProperty(options={"HIDDEN"}),
    }

    def execute(self, context: Any) -> set[str]:
        """Take it out."""
        getattr(getattr(settings_of(context.scene), self.group), self.name).remove(self.index)
        return {"FINISHED"}


CLASSES = (
    PaintoutPlateFromNode,
    PaintoutPlateFromClip,
    PaintoutMatte,
    PaintoutFrameFileAdd,
    PaintoutFrameFileRemove,
)
