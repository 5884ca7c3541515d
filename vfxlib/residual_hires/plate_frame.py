"""A frame at both resolutions: what its residuals are, and where they may be taken from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value, light_of
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, is_light
from vfxlib.motion.sampling import blurred
from vfxlib.residual_hires.scales import Scales

__all__ = ["PlateFrame", "open_plate_frame"]

BLUR = 0.8  # plate pixels: frames are aligned by what is left of them


@dataclass(frozen=True)
class PlateFrame:
    """A part of a frame at full resolution, with its own lower one taken off.

    residual  [h w 3]  linear light: plate minus its reduced picture enlarged again; 0 where not known
    known     [h w]    float32, 1 where the plate shows background that may be taken, else 0
    grey      [h w]    working code values of the mean of the channels, softened: for alignment; 0 where not known
    window    Box      where they lie, display window's frame
    """

    residual: Array
    known: Array
    grey: Array
    window: Box

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.residual.nbytes + self.known.nbytes + self.grey.nbytes


def open_plate_frame(plate: Array, known: NDArray[np.bool_], window: Box, low: Array, scales: Scales) -> PlateFrame:
    """Take the lower resolution off a frame.

    plate   [h w 3]    linear colour over ``window``; NaN and inf may occur where not known
    known   [h w]      True where it shows background: outside the matte and its margin
    window  Box        display window's frame; cut it to what is needed
    low     [lh lw 3]  the whole frame reduced by area averages, filled where something is removed
    scales  of both
    returns never a value that is not finite
    """
    known = known & is_light(plate)
    hidden = ~known
    residual = plate - scales.enlarge(low, window)
    light = light_of(plate)
    residual[hidden], light[hidden] = 0, 0
    grey = code_value(light)
    grey[hidden] = 0
    grey = blurred(grey, BLUR)
    if hidden.any():
        grey /= np.maximum(blurred(known.astype(np.float32), BLUR), np.float32(1e-3))
        grey[hidden] = 0
    return PlateFrame(residual, known.astype(np.float32), grey, window)
