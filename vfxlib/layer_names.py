"""What the channels of our files are called, and what their numbers mean (standard library only)."""

import re
from collections.abc import Sequence
from enum import IntEnum

__all__ = [
    "BACKWARD",
    "CONFIDENCE",
    "DAMAGE_THRESHOLD",
    "EFFECT",
    "FILL",
    "FILL_CHANNELS",
    "FORWARD",
    "INDEX",
    "MATTE",
    "OBJECT_THRESHOLD",
    "PROVENANCE_FRAME",
    "PROVENANCE_METHOD",
    "STMAP",
    "STMAP_CHANNELS",
    "Provenance",
    "object_layers",
]

FILL = "fill"
FILL_CHANNELS = ("fill.R", "fill.G", "fill.B")
MATTE = "matte.A"
INDEX = "index.A"
OBJECT_THRESHOLD = 0.5  # of a matte: from here on a pixel is an object's, which index.A names
DAMAGE_THRESHOLD = 0.25  # of a matte of damage: from here on it is seen
EFFECT = "effect.A"
CONFIDENCE = "confidence.A"
PROVENANCE_FRAME = "provenance.frame"
PROVENANCE_METHOD = "provenance.method"
_LONGEST = 48  # letters of an object's name in a layer's: Blender takes no layer of 64
STMAP = "stmap"
STMAP_CHANNELS = ("stmap.R", "stmap.G")
FORWARD, BACKWARD = "forward", "backward"  # layers of motion, each with u and v


class Provenance(IntEnum):
    """How a pixel of a result came about, as ``provenance.method`` holds it."""

    PLATE = 0
    REGISTERED_COPY = 1
    FLOW_COPY = 2
    SPATIAL = 3  # painted from the same frame
    FITTED = 4  # painted by a network that was fitted to the shot
    RESIDUAL = 5  # a fill of a lower resolution, with the detail of other frames


def object_layers(names: Sequence[str]) -> tuple[str, ...]:
    """The layer of each object's own matte: ``matte_NAME``, with what no host takes in a name replaced by ``_``.

    names    numbers of objects, or names as an artist gave them
    returns  each another one
    """
    layers: list[str] = []
    for name in names:
        fit = f"matte_{re.sub(r'[^A-Za-z0-9_]', '_', name)[:_LONGEST]}"
        ways = (fit, *(f"{fit}_{count}" for count in range(2, len(names) + 2)))
        layers.append(next(way for way in ways if way.casefold() not in {layer.casefold() for layer in layers}))
    return tuple(layers)
