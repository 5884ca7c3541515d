"""The command, as Nuke's preferences name it, else as ``plugin.launch`` finds it."""

from typing import TYPE_CHECKING

import nuke

if TYPE_CHECKING:
    from plugin.launch import Command

__all__ = ["add_preference", "command"]

KNOB = "paintout_command"

_checked: dict[tuple[str, ...], str] = {}


def add_preference() -> None:
    """Show the command in Nuke's preferences, if it is not there yet."""
    node = nuke.toNode("preferences")
    if node is None or node.knob(KNOB) is not None:
        return
    node.addKnob(nuke.Tab_Knob("paintout", "Paintout"))
    knob = nuke.File_Knob(KNOB, "Command")
    knob.setTooltip("The program paintout, or its virtual environment; empty takes $PAINTOUT, PATH or rez.")
    node.addKnob(knob)


def command() -> "Command":
    """The command, which was asked for its version once.

    raises  UsageError if it is not there, not Paintout, or older than this host
    """
    from plugin.launch import check_command, find_command  # here, so that Nuke starts quickly

    with nuke.root():  # a button of a Group stands inside it
        node = nuke.toNode("preferences")
    knob = node.knob(KNOB) if node is not None else None
    found = find_command(str(knob.value()) if knob is not None else "")
    if found.words not in _checked:
        _checked[found.words] = check_command(found)
    return found
