"""Parameters of every node that must know where the shot is cut."""

from __future__ import annotations

from typing import Any

from nodes.declare import choice, frame_list

__all__ = ["cuts_field", "find_cuts_field"]


def cuts_field() -> Any:
    """The field of the first frames of new shots."""
    return frame_list(
        label="Cuts",
        help="First frames of new shots; nothing is carried across them. They are also found where the picture jumps.",
    )


def find_cuts_field() -> Any:
    """The field that says whether cuts are searched for."""
    return choice(
        "auto", ("auto", "off"), label="Find cuts", help="Whether cuts are searched for, or only the given ones count."
    )
