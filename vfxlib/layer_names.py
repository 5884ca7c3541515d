"""What the channels of our files are called, and what their numbers mean (standard library only)."""

from enum import IntEnum

__all__ = [
    "BACKWARD",
    "CONFIDENCE",
    "EFFECT",
    "FILL",
    "FILL_CHANNELS",
    "FORWARD",
    "INDEX",
    "MATTE",
    "OBJECT_THRESHOLD",
    "PROVENANCE_FRAME",
    "PROVENANCE_METHOD",
    "Provenance",
]

FILL = "fill"
FILL_CHANNELS = ("fill.R", "fill.G", "fill.B")
MATTE = "matte.A"
INDEX = "index.A"
OBJECT_THRESHOLD = 0.5  # of a matte: from here on a pixel is an object's, which index.A names
EFFECT = "effect.A"
CONFIDENCE = "confidence.A"
PROVENANCE_FRAME = "provenance.frame"
PROVENANCE_METHOD = "provenance.method"
FORWARD, BACKWARD = "forward", "backward"  # layers of motion, each with u and v


class Provenance(IntEnum):
    """How a pixel of a result came about, as ``provenance.method`` holds it."""

    PLATE = 0
    REGISTERED_COPY = 1
    FLOW_COPY = 2
    SPATIAL = 3  # painted from the same frame
    FITTED = 4  # painted by a network that was fitted to the shot
    RESIDUAL = 5  # a fill of a lower resolution, with the detail of other frames
