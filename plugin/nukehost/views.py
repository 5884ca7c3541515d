"""What a node says now, as one command for each view."""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import nuke

from nodes.declare import FrameFiles, Params, controls, is_path
from nodes.node import Node
from nodes.recipes import Recipe
from nodes.shot import Output, Shot
from plugin.command_words import face_words
from plugin.nukehost import group, knobs, ocio
from plugin.nukehost.inputs import Picture, picture
from plugin.nukehost.places import Place, beside, default_pattern, expand_view, place_of, versioned, with_views
from vfxlib.errors import UsageError

__all__ = ["Told", "View", "inputs_folder", "pattern_of", "places_of", "told_by", "views_of"]

P = TypeVar("P", bound=Params)


@dataclass(frozen=True)
class View:
    """One view's run.

    name   of the view
    words  of the command
    place  where its result lies
    """

    name: str
    words: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Told:
    """What a node says.

    face     what it runs
    pattern  its result, with version, and with %V if there are several views
    plate    its plate
    views    one or more
    current  False if an input that must be rendered has changed since it was
    """

    face: Node | Recipe
    pattern: str
    plate: Picture
    views: tuple[View, ...]
    current: bool


def views_of(node: nuke.Node) -> tuple[str, ...]:
    """The views that are run: those named in the node, else all of the script.

    raises  UsageError if the script has no such view
    """
    there = tuple(nuke.views())
    wanted = tuple(str(node[group.VIEWS].value()).replace(",", " ").split())
    for view in wanted:
        if view not in there:
            raise UsageError(
                f"the script has no view {view}", where=f"{node.name()}, Views", fix=f"choose from {there}"
            )
    return wanted or there


def pattern_of(node: nuke.Node) -> str:
    """A node's result: as it says, else beside the script.

    raises  UsageError if the script was never saved
    """
    script = str(nuke.root().name())
    if script in ("", "Root"):
        raise UsageError("the script was never saved", where=node.name(), fix="save it: results lie beside it")
    given = str(node[knobs.knob_name("out")].value()).strip().replace("\\", "/")
    folder = os.path.dirname(script)  # from which a path that is not whole counts
    given = os.path.join(folder, os.path.expanduser(given)) if given else default_pattern(script, node.name())
    return with_views(versioned(given), views_of(node))


def places_of(node: nuke.Node, pattern: str) -> dict[str, Place]:
    """Where the result of each view lies."""
    views, work = views_of(node), str(node[knobs.knob_name("work")].value()).strip()
    work = os.path.join(os.path.dirname(str(nuke.root().name())), os.path.expanduser(work)) if work else ""
    return {view: place_of(pattern, view, len(views) > 1, work) for view in views}


def inputs_folder(places: dict[str, Place]) -> Path:
    """Where what Nuke renders for a node goes."""
    return beside(next(iter(places.values())).work, "inputs")


def told_by(node: nuke.Node, make: bool = True) -> Told:
    """What a node says now.

    make    False to render no input, only to ask
    raises  UsageError if an input is missing or a knob holds what cannot be used; as ``picture``
    """
    face = group.face_of(node)
    assert face is not None
    pattern = pattern_of(node)
    places = places_of(node, pattern)
    shot = knobs.read(node, Shot, group.shown_shot_fields(face))
    params = knobs.read(node, face.params, group.param_fields(face))
    output = knobs.read(node, Output, group.output_fields())
    pictures = _pictures(node, face, shot, output, places, make)
    plate = pictures["plate"]
    said: dict[str, Any] = {name: each.path for name, each in pictures.items()}
    shot = replace(shot, **said)
    if not shot.frames:
        shot = replace(shot, frames=tuple(range(plate.first, plate.last + 1)))
    shot = replace(shot, colorspace=shot.colorspace or plate.colorspace, ocio=shot.ocio or ocio.config())
    made = []
    for view, place in places.items():
        one, own = _of_view(shot, view), _of_view(params, view)
        where = replace(output, out=place.out, work=str(place.work))
        made.append(View(view, tuple(face_words(face, one, own, where)), place))
    return Told(face, pattern, plate, tuple(made), all(each.current for each in pictures.values()))


def _of_view(params: P, view: str) -> P:
    """The values of one view: %V and %v in every path stand for it."""
    values: dict[str, Any] = {}
    for name, control in controls(params).items():
        value = getattr(params, name)
        if isinstance(control, FrameFiles):
            values[name] = tuple((number, expand_view(path, view)) for number, path in value)
        elif isinstance(value, str) and is_path(control, value):
            values[name] = expand_view(value, view)
    return replace(params, **values)


def _pictures(
    node: nuke.Node, face: Node | Recipe, shot: Shot, output: Output, places: dict[str, Place], make: bool
) -> dict[str, Picture]:
    """The pictures of the shot by the names of its fields."""
    pictures = {}
    folder, views, frames = inputs_folder(places), tuple(places), shot.frames
    for name in group.inputs_of(face):
        source = group.input_of(node, face, name)
        if source is None:
            continue
        if name == "matte" and not _as_mattes(face, shot):
            continue
        pictures[name] = picture(source, name, folder, views, frames, _channels(name, shot, output), make)
        frames = frames or (pictures[name].first, pictures[name].last)
    makes_its_own = isinstance(face, Node) and bool(face.fillers)
    for port in face.inputs:
        given = shot.key if port.name == "key" else pictures.get(port.name)
        if port.required and not given and not (port.any_size and makes_its_own):
            fix = (
                "connect a matte, and press Key from current frame" if port.name == "key" else f"connect a {port.name}"
            )
            raise UsageError(f"it has no {port.name}", where=node.name(), fix=fix)
    if face.takes("matte") and face.takes("key") and not shot.key and "matte" not in pictures:
        fix = "connect a matte; for one of a single frame press Key from current frame"
        raise UsageError("it has neither mattes nor a key", where=node.name(), fix=fix)
    return pictures


def _as_mattes(face: Node | Recipe, shot: Shot) -> bool:
    """True if the matte input holds the mattes of all frames; where there are keys, it was drawn for these."""
    return face.takes("matte") and (not shot.key or shot.mend_mattes)


def _channels(name: str, shot: Shot, output: Output) -> str:
    if name == "matte":
        return "all" if shot.matte_channel or shot.remove else "alpha"
    if name == "fill" or output.keep_layers or shot.plate_layer:
        return "all"
    return "rgba"
