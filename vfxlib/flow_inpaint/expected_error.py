"""The expected error of a copied pixel: how far the truth may lie from it."""

import numpy as np

from vfxlib.flow_inpaint.control_points import MOST_WRONG, copying_error
from vfxlib.flow_inpaint.selection import Selection
from vfxlib.image.picture import Array

__all__ = ["expected_error"]

OWN, BESIDE = 0.7, 0.45  # of what a pixel's own sources say, and of what is found beside it; each tells a part
FARTHEST = 1.0  # pixels of disagreement with the way back beyond which a motion is no more wrong
FEWEST = 32  # control points without which the errors keep their own scale
LEAST_SCALE, MOST_SCALE = 0.2, 4.0


def expected_error(selection: Selection, control: Selection, truth: Array, beside: Array) -> Array:
    """Expect an error for every copied pixel, on the scale that the control points set.

    selection  the hole's pixels
    control    the control points, copied in the same way
    truth      [m 3]  what the control points really look like, linear colour
    beside     [n]    what copying gets wrong around the hole's pixels, code values
    returns    [n]    code values, mean of the channels
    """
    error_there, valid = copying_error(control, truth)
    scale = 1.0
    if np.count_nonzero(valid) >= FEWEST:
        told_there = _told(control)[valid].mean(dtype=np.float64)
        scale = float(np.clip(error_there[valid].mean(dtype=np.float64) / told_there, LEAST_SCALE, MOST_SCALE))
    error = np.float32(OWN * scale) * _told(selection) + np.float32(BESIDE) * beside
    return np.asarray(np.minimum(error, np.float32(MOST_WRONG)), np.float32)


def _told(selection: Selection) -> Array:
    """What the sources of pixels say of their errors: how far they lie apart, and how well they were reached."""
    astray, alone = np.minimum(selection.mismatch, np.float32(FARTHEST)), selection.count < 2
    return np.asarray(
        0.002 + 0.85 * selection.spread + 0.15 * selection.doubt + 0.01 * astray + 0.01 * alone, np.float32
    )
