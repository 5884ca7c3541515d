"""What the buttons of a Group do; an error is shown, and never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import nuke

from nodes.shot import Shot
from plugin.launch import child_environment
from plugin.nukehost import ask, group, inputs, knobs, result, runs
from plugin.nukehost.views import inputs_folder, pattern_of, places_of, views_of
from vfxlib.errors import PaintoutError, UsageError
from vfxlib.io.os_errors import as_paintout_error

__all__ = ["press_here"]


def press_here(button: str) -> None:
    """Do what a button of the node at hand says, as ``press``."""
    node = nuke.thisNode()
    try:
        face = group.face_of(node)
        if face is None or not isinstance(node, nuke.Group):
            raise UsageError("is no node of Paintout", where=node.name(), fix="make one by the Paintout menu")
        match button:
            case "key":
                _key_from_current_frame(node)
            case "run":
                runs.run(node)
            case "stop":
                runs.stop(node)
            case "submit":
                ask.submit(node)
            case "load":
                pattern = pattern_of(node)
                places, plate = places_of(node, pattern), runs.plate_of(node)
                result.load(node, pattern, places, plate)
                result.show(node, pattern, places, plate)
            case "reveal":
                _reveal(node)
            case _:
                ask.status(node)
    except PaintoutError as error:
        runs.show_error(error)
    except OSError as error:
        runs.show_error(as_paintout_error(error))


def _key_from_current_frame(node: nuke.Group) -> None:
    """Take the matte input at this frame as a key, in place of an earlier one of this frame."""
    face = group.face_of(node)
    assert face is not None
    matte = group.input_of(node, face, "matte")
    if matte is None:
        raise UsageError(
            "nothing is connected to matte", where=node.name(), fix="connect a Roto, a Cryptomatte or a Read"
        )
    frame, views = int(nuke.frame()), views_of(node)
    folder = inputs_folder(places_of(node, pattern_of(node)))
    path = inputs.single_frame(matte, folder, views, frame)
    keys = dict(knobs.read(node, Shot, ("key",)).key)
    node[knobs.knob_name("key")].setValue(knobs.frame_file_lines({**keys, frame: path}))


def _reveal(node: nuke.Group) -> None:
    """Show the folder of the result, or the nearest one that is there, in the system's own window."""
    place = next(iter(places_of(node, pattern_of(node)).values()))
    folder = Path(place.out).parent
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    if sys.platform == "win32":
        os.startfile(folder)
        return
    program = "open" if sys.platform == "darwin" else "xdg-open"
    try:
        subprocess.Popen([program, str(folder)], env=child_environment())
    except OSError as error:
        raise UsageError(f"{program} cannot be started", where=folder, fix="look at this folder yourself") from error
