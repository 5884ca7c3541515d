"""A result as Reads: the one inside the Group, from which pixels flow, and one outside where it is asked for."""

from typing import Any

import nuke

from plugin.nukehost import group
from plugin.nukehost.inputs import Picture
from plugin.nukehost.places import Place, version_of
from vfxlib.errors import SequenceError, UsageError
from vfxlib.io.find_sequence import find_sequence

__all__ = ["frames_there", "load", "show"]

BELOW = 120  # steps of the node graph


def frames_there(place: Place) -> tuple[int, ...]:
    """The frames of a view's result that are on disk."""
    try:
        return find_sequence(place.out)[1]
    except SequenceError:
        return ()


def show(node: nuke.Group, pattern: str, places: dict[str, Place], plate: Picture | None) -> None:
    """Let the result flow out of the Group.

    pattern  of the result
    plate    what it was made from, for its colour; None if nothing is connected any more
    """
    read, switch = node.node(group.RESULT), node.node(group.SHOWN)
    if read is None or switch is None:
        raise UsageError("the nodes inside were renamed", where=node.name(), fix="make the node anew")
    _set(read, pattern, places, plate)
    switch["which"].setValue(1)


def load(node: nuke.Group, pattern: str, places: dict[str, Place], plate: Picture | None) -> nuke.Node:
    """A Read of the result below the Group; those of other versions stay.

    raises  UsageError if there is no result
    """
    with node.parent():
        read = nuke.nodes.Read()
    try:
        _set(read, pattern, places, plate)
    except UsageError:
        nuke.delete(read)
        raise
    read.setName(f"{node.name()}_v{version_of(pattern):03d}_1", uncollide=True)
    read["label"].setValue(f"{node.name()} v{version_of(pattern):03d}")
    read.setXYpos(node.xpos(), node.ypos() + BELOW)
    return read


def _set(read: nuke.Node, pattern: str, places: dict[str, Place], plate: Picture | None) -> None:
    frames = [frame for place in places.values() for frame in frames_there(place)]
    if not frames:
        raise UsageError("there is no result yet", where=pattern, fix="press Run")
    first, last = min(frames), max(frames)
    file: Any = read["file"]
    file.fromUserText(f"{pattern} {first}-{last}")
    for name, value in (("first", first), ("last", last), ("origfirst", first), ("origlast", last)):
        read[name].setValue(value)
    # a plate that Nuke converts has a result in the plate's own encoding, which Nuke converts alike
    converted = plate is not None and not plate.raw and plate.path.lower().endswith(".exr")
    read["raw"].setValue(not converted)
    if converted and plate is not None:
        read["colorspace"].setValue(plate.shown_as)
    read["on_error"].setValue("checkerboard")  # a frame that is not made yet is seen, and stops no render
    reload: Any = read["reload"]
    reload.execute()
