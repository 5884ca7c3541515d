"""The curve of ACEScct there and back, whatever the primaries, and differences of light and colour measured on it.

Academy S-2016-001. Whole pictures are converted by ``ocio``; this is for what is compared.
"""

import numpy as np

from vfxlib.image.picture import Array

__all__ = ["BREAK_LIGHT", "SHIFT", "SLOPE", "STOPS", "code_value", "light_of", "linear_of", "widest"]

BREAK_LIGHT, BREAK_CODE = 0.0078125, 0.155251141552511  # where line and logarithm meet
SLOPE, OFFSET = 10.5402377416545, 0.0729055341958355  # code value = SLOPE * light + OFFSET up to there
STOPS, SHIFT = 17.52, 9.72  # code value = (log2(light) + SHIFT) / STOPS from there
BRIGHTEST = 6.0  # code value: more would be infinite light


def code_value(linear: Array) -> Array:
    """Turn light into code values of the working space, by the curve of ACEScct (S-2016-001, equation 1).

    linear   [...]  linear light
    returns  [...]  about 0.07 a stop; linear below 0.0078, so that negative values stay apart
    """
    log = (np.log2(np.maximum(linear, np.float32(BREAK_LIGHT))) + np.float32(SHIFT)) / np.float32(STOPS)
    line = np.float32(SLOPE) * linear + np.float32(OFFSET)
    return np.where(linear > np.float32(BREAK_LIGHT), log, line).astype(np.float32)


def linear_of(code: Array) -> Array:
    """Turn code values of the working space into light: the curve of ACEScct backwards (S-2016-001, equation 2).

    code     [...]  code values
    returns  [...]  linear light
    """
    line = (code - np.float32(OFFSET)) / np.float32(SLOPE)
    log = np.exp2(np.minimum(code, np.float32(BRIGHTEST)) * np.float32(STOPS) - np.float32(SHIFT))
    return np.where(code > np.float32(BREAK_CODE), log, line).astype(np.float32)


def light_of(colour: Array) -> Array:
    """Mean of the three channels: how much light, whatever its colour.

    colour   [... 3]  linear colour
    returns  [...]    linear light
    """
    return np.asarray((colour[..., 0] + colour[..., 1] + colour[..., 2]) / np.float32(3), np.float32)


def widest(gap: Array) -> Array:
    """Largest absolute difference of the three channels.

    gap      [... 3]  differences
    returns  [...]
    """
    # far quicker than a reduction over an axis of three
    return np.maximum(np.maximum(np.abs(gap[..., 0]), np.abs(gap[..., 1])), np.abs(gap[..., 2]))
