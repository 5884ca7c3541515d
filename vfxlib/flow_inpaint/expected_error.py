"""How far the truth may lie from a copied pixel."""

from __future__ import annotations

import numpy as np

from vfxlib.colour.acescct import code_value
from vfxlib.flow_inpaint.selection import Choice
from vfxlib.image.picture import Array

__all__ = ["expected_error"]

SATURATION = 5.0  # per code value: two pictures of one place hardly differ by more, however wrong the motion is


def expected_error(choice: Choice, check: Choice, truth: Array) -> Array:
    """Expect an error for every copied pixel, on the scale that the witnesses set.

    choice   the hole's pixels
    check    the witnesses, copied in the same way
    truth    [m 3]  what the witnesses really look like, linear colour
    returns  [n]  code values, mean of the channels
    """
    raw = _raw(choice)
    gap = np.abs(code_value(check.sharp) - code_value(truth)).mean(axis=1)
    fine = check.seen & np.isfinite(gap)
    if np.count_nonzero(fine) < 32:
        return np.asarray(raw / (1 + SATURATION * raw), np.float32)
    scale = float(np.clip(np.median(gap[fine]) / max(float(np.median(_raw(check)[fine])), 1e-6), 0.5, 3.0))
    error = raw * np.float32(scale)
    return np.asarray(error / (1 + SATURATION * error), np.float32)


def _raw(choice: Choice) -> Array:
    alone = choice.count < 2
    return np.asarray(
        0.004 + 0.8 * choice.spread + 0.5 * choice.doubt + 0.01 * choice.mismatch + 0.02 * alone, np.float32
    )
