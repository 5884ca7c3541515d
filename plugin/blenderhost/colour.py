"""The host's colour, told to the command: its configuration, and what a plate is in that does not say so (no bpy)."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from nodes.shot import Shot
from plugin.blenderhost.exr_header import read_exr_header
from vfxlib.errors import ColourError, PaintoutError
from vfxlib.io.find_sequence import find_sequence

__all__ = ["with_host_colour"]

BUILT_IN = "://"  # in the name of a configuration that needs no file


def with_host_colour(shot: Shot, working_space: str, environment: Mapping[str, str]) -> Shot:
    """The shot with the configuration that Blender uses, and with the space that it takes an unlabelled EXR to be in.

    working_space  Color Interop Forum name of Blender's scene-linear space, "" if that is not known
    environment    variables of Blender
    raises         ColourError if $OCIO names no file: Blender then takes its own configuration without a word
    """
    ocio = shot.ocio or environment.get("OCIO", "")
    if ocio and not shot.ocio and BUILT_IN not in ocio:
        if not os.path.isfile(ocio):
            problem = "the OCIO configuration is not there, and Blender took its own in its place"
            raise ColourError(problem, where=f"$OCIO, {ocio}", fix="mend $OCIO and start Blender again")
        ocio = os.path.abspath(ocio)
    space = shot.colorspace
    if not space and working_space and _is_unlabelled(shot.plate):
        space = working_space
    return replace(shot, ocio=ocio, colorspace=space)


def _is_unlabelled(plate: str) -> bool:
    """True of an EXR sequence that does not say which colour space it is in."""
    if not plate:
        return False
    try:
        name, frames = find_sequence(plate)
        path = Path(name.path(frames[0]))
        return path.suffix.lower() == ".exr" and not read_exr_header(path).labelled
    except PaintoutError:  # which the command will say, and better
        return False
