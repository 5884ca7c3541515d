"""Where pictures are judged, and in which values."""

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.tiles import bounds

__all__ = ["HOLE", "hole_box", "hole_of", "srgb"]

HOLE = 0.02  # below this a matte is the rounding of 8-bit files and the ringing of resizers, not an object


def hole_of(matte: Array) -> NDArray[np.bool_]:
    """Where something was removed and is judged.

    matte    [h w]  0 keep .. 1 remove
    returns  [h w]  True above 0.02
    """
    return np.asarray(matte > HOLE)


def srgb(linear: Array) -> Array:
    """Encode light for a display by the sRGB curve, clipped (IEC 61966-2-1).

    linear   [...]  linear Rec.709; NaN stays NaN
    returns  [...]  0..1
    """
    light = np.clip(linear, 0, 1)
    curve = np.float32(1.055) * np.power(light, np.float32(1 / 2.4)) - np.float32(0.055)
    return np.where(light <= 0.0031308, np.float32(12.92) * light, curve)


def hole_box(hole: NDArray[np.bool_], pixels: int) -> Box:
    """The smallest box that holds the hole and ``pixels`` more on each side, cut to the array; empty without a hole."""
    whole = Box(0, 0, hole.shape[1], hole.shape[0])
    return bounds(hole, whole).grown(pixels) & whole if hole.any() else Box(0, 0, 0, 0)
