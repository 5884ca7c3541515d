"""What nodes that fill a matte take and write; declared here once."""

from dataclasses import replace

from nodes.node import Kind, Layer, Port

__all__ = [
    "CONFIDENCE",
    "FILL",
    "FILL_PORT",
    "MATTE",
    "MATTE_PORT",
    "MOTION",
    "PASSED_MOTION",
    "PLATE_PORT",
    "PROVENANCE",
    "STMAP",
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
    "1 is as good as the plate, below 0.5 needs a look; a spatial fill has 0.45 at most.",
)
MOTION = tuple(
    # a thousandth of a pixel is more than anybody measures, and a file of 4K is a third smaller without what lies below
    Layer(
        name,
        ("u", "v"),
        "float",
        Kind.DATA,
        f"Motion of the background to the {to}, u right, v up, in steps of 1/1024.",
        quantum=2**-10,
    )
    for name, to in (("forward", "next frame in pixels"), ("backward", "previous frame in pixels"))
)
PASSED_MOTION = tuple(replace(layer, passed=True) for layer in MOTION)
PROVENANCE = Layer(
    "provenance",
    ("frame", "method"),
    "float",
    Kind.DATA,
    "Where a pixel came from: source frame minus this one; 0 plate, 1 registered copy, 2 flow copy, 3 spatial, "
    "4 fitted network, 5 residual.",
)
STMAP = Layer(
    "stmap",
    ("R", "G"),
    "float",
    Kind.DATA,
    "Place in the source frame that a pixel was copied from, 0 to 1 from left to right and from bottom to top; its own "
    "where there is no single source.",
    on_request=True,
)
