"""Files that Blender's nodes, clips and file browser name, as the sequences that the command takes (no bpy)."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vfxlib.errors import UsageError
from vfxlib.io.os_errors import reading
from vfxlib.io.sequence import SequenceName

__all__ = ["Footage", "footage_of_clip", "footage_of_image_node", "whole_sequence"]

_LAST_NUMBER = re.compile(r"^(|.*[^0-9])([0-9]{1,9})([^0-9]*)$", re.DOTALL)  # which is the one that Blender counts by
SEQUENCE, MOVIE, STILL = "SEQUENCE", "MOVIE", "FILE"
CHOOSE = "choose an Image node that shows files, or name the files"


@dataclass(frozen=True)
class Footage:
    """Files, and when Blender shows them.

    files  as the command takes them
    shift  what is added to the scene's frame to have the file's
    """

    files: str
    shift: int


def whole_sequence(file: str) -> str:
    """The sequence that a file belongs to, if it has a number and others of its name lie beside it; else the file."""
    folder, name = os.path.split(file)
    split = _numbered(name)
    if split is None or not os.path.isfile(file):
        return file
    prefix, digits, suffix = split
    with reading(folder):
        names = os.listdir(folder or ".")
    others = (
        each
        for each in map(_numbered, names)
        if each and (each[0], each[2]) == (prefix, suffix) and len(each[1]) == len(digits)
    )
    return _spelling(file) if sum(1 for _ in others) > 1 else file


def footage_of_image_node(node: Any, path: str) -> Footage:
    """What an Image node of the compositor shows.

    path    of its image, as the system has it
    raises  UsageError if it shows no files
    """
    image = node.image
    if image is None or image.source not in (SEQUENCE, MOVIE, STILL) or not path:
        raise UsageError("shows no files", where=f"node {node.name}", fix=CHOOSE)
    if not os.path.isfile(path):
        raise UsageError("is not there", where=path, fix=CHOOSE)
    if image.source == STILL:
        return Footage(path, 0)
    shift = 1 - node.frame_start + node.frame_offset
    if image.source == MOVIE:
        return Footage(path, shift)
    return Footage(_spelling(path), shift)  # Blender counts frames as the files are numbered


def footage_of_clip(clip: Any, path: str) -> Footage:
    """What a movie clip shows; its first file comes at its first frame.

    path    of the clip, as the system has it
    raises  UsageError if it shows no files
    """
    if not os.path.isfile(path):
        raise UsageError("is not there", where=path, fix="open the clip again")
    split = _numbered(os.path.basename(path))
    if clip.source == MOVIE or split is None:
        return Footage(path, 1 - clip.frame_start + clip.frame_offset)
    return Footage(_spelling(path), int(split[1]) - clip.frame_start + clip.frame_offset)


def _spelling(file: str) -> str:
    split = _numbered(os.path.basename(file))
    if split is None:
        return file
    prefix, digits, suffix = split
    return SequenceName(Path(os.path.dirname(file)), prefix, len(digits), suffix).spelling


def _numbered(name: str) -> tuple[str, str, str] | None:
    """A file's name before its last number, the number, and what is behind it."""
    stem, ending = os.path.splitext(name)
    found = _LAST_NUMBER.match(stem)
    return None if found is None else (found[1], found[2], found[3] + ending)
