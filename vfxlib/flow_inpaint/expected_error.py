"""The expected error of a copied pixel: how far the truth may lie from it."""

import numpy as np

from vfxlib.colour.acescct import code_value
from vfxlib.flow_inpaint.selection import Selection
from vfxlib.image.picture import Array

__all__ = ["expected_error"]

SATURATION = 5.0  # per code value: two pictures of one place hardly differ by more, however wrong the motion is
FEWEST = 32  # control points without which the errors keep their own scale


def expected_error(selection: Selection, control: Selection, truth: Array) -> Array:
    """Expect an error for every copied pixel, on the scale that the control points set.

    selection  the hole's pixels
    control    the control points, copied in the same way
    truth      [m 3]  what the control points really look like, linear colour
    returns    [n]  code values, mean of the channels
    """
    raw = _raw_error(selection)
    error_there = np.abs(code_value(control.sharp) - code_value(truth)).mean(axis=1)
    valid = control.seen & np.isfinite(error_there)
    if np.count_nonzero(valid) < FEWEST:
        return np.asarray(raw / (1 + SATURATION * raw), np.float32)
    raw_there = float(np.median(_raw_error(control)[valid]))
    scale = float(np.clip(np.median(error_there[valid]) / max(raw_there, 1e-6), 0.5, 3.0))
    error = raw * np.float32(scale)
    return np.asarray(error / (1 + SATURATION * error), np.float32)


def _raw_error(selection: Selection) -> Array:
    alone = selection.count < 2
    return np.asarray(
        0.004 + 0.8 * selection.spread + 0.5 * selection.doubt + 0.01 * selection.mismatch + 0.02 * alone, np.float32
    )
