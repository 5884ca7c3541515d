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
    grey      [h w]    working code values, softened: for alignment; held at 0 where not known
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
    clean = np.where(known[..., None], plate, 0).astype(np.float32)
    residual = np.where(known[..., None], clean - scales.enlarge(low, window), 0).astype(np.float32)
    share = blurred(known.astype(np.float32), BLUR)
    grey = blurred(light_of(code_value(clean)) * known, BLUR) / np.maximum(share, np.float32(1e-3))
    return PlateFrame(residual, known.astype(np.float32), np.where(known, grey, 0).astype(np.float32), window)
