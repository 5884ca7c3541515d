"""What a small difference of light is worth in working code values."""

import numpy as np

from vfxlib.colour.acescct import SLOPE, STOPS
from vfxlib.image.picture import Array

__all__ = ["code_slope"]

PER_LIGHT = 1 / (STOPS * float(np.log(2)))
DARK = PER_LIGHT / SLOPE  # light below which the curve is a line


def code_slope(colour: Array) -> Array:
    """The derivative of the working curve.

    colour   [...]  linear light; negative values count as dark
    returns  [...]  code values per unit of linear light
    """
    return np.asarray(np.float32(PER_LIGHT) / np.maximum(colour, np.float32(DARK)), np.float32)
