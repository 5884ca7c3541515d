"""What every node that fills a matte takes and writes, and the parameters that they share; declared here once."""

from __future__ import annotations

from typing import Any

from nodes.declare import Unit, number
from nodes.node import Kind, Layer, Port

__all__ = [
    "CONFIDENCE",
    "FILL",
    "FILL_PORT",
    "MATTE",
    "MATTE_PORT",
    "PLATE_PORT",
    "PROVENANCE",
    "feather_field",
    "grain_field",
    "grow_field",
]

PLATE_PORT = Port("plate", True, "The picture that something must go from.")
MATTE_PORT = Port("matte", True, "What must go on every frame: 0 keeps, above 0 removes.")
FILL_PORT = Port("fill", False, "Another fill, which is kept wherever its confidence is high enough.")

FILL = Layer(
    "fill", ("R", "G", "B"), "float", Kind.COLOUR, "The new pixels alone, unpremultiplied, in the plate's encoding."
)
MATTE = Layer("matte", ("A",), "half", Kind.DATA, "What was replaced: wherever it is above 0.")
CONFIDENCE = Layer(
    "confidence",
    ("A",),
    "half",
    Kind.DATA,
    "1 is as good as the plate, below 0.5 needs a look, 0 was painted without a source.",
)
PROVENANCE = Layer(
    "provenance",
    ("frame", "method"),
    "float",
    Kind.DATA,
    "Where a pixel came from: source frame minus this one; 0 plate, 1 registered copy, 2 flow copy, 3 spatial, "
    "4 InternalFit.",
)


def grow_field(help: str = "Grow the area that is replaced; a negative number shrinks it.") -> Any:
    """The field of pixels by which a matte is grown.

    help  what growing means to the node
    """
    return number(0.0, hard=(-256.0, 256.0), slider=(-16.0, 32.0), unit=Unit.PIXELS, label="Grow matte", help=help)


def feather_field() -> Any:
    """The field of pixels over which the fill is blended into the plate."""
    return number(
        0.0,
        hard=(0.0, 256.0),
        slider=(0.0, 32.0),
        unit=Unit.PIXELS,
        label="Feather",
        help="Blend the fill into the plate over this distance inside the replaced area.",
    )


def grain_field() -> Any:
    """The field of the grain that is laid over painted pixels."""
    return number(
        1.0,
        hard=(0.0, 4.0),
        slider=(0.0, 2.0),
        label="Grain",
        help="Grain of painted pixels, as a share of the grain around them; copied pixels keep their own.",
    )
