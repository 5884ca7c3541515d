"""A frame at both resolutions: what its residuals are, and where they may be taken from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value, light_of
from vfxlib.image.box import Box
from vfxlib.image.half import from_half, to_half
from vfxlib.image.picture import Array, is_light
from vfxlib.image.tiles import bounds
from vfxlib.motion.sampling import blurred, sample, sample_cubic
from vfxlib.residual_hires.scales import Scales

__all__ = ["PlateFrame", "open_plate_frame"]

MARGIN = 4  # pixels around a place that its samples may hang on, and one for rounding
BLUR = 0.8  # plate pixels: frames are aligned by what is left of them


@dataclass(frozen=True)
class PlateFrame:
    """A part of a frame at full resolution, with its own lower one taken off.

    residual  [h w 3]  float16, linear light: plate minus its reduced picture enlarged again; 0 where not known
    known     [h w]    True where the plate shows background that may be taken
    grey      [h w]    working code values of the mean of the channels, softened: for alignment; 0 where not known
    window    Box      where they lie, display window's frame
    low       [lh lw 3]  the whole frame at low resolution, linear colour
    """

    residual: NDArray[np.float16]
    known: NDArray[np.bool_]
    grey: Array
    window: Box
    low: Array

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.residual.nbytes + self.known.nbytes + self.grey.nbytes + self.low.nbytes

    def residual_at(self, places: Array) -> Array:
        """Read residuals at places [n 2] inside the frame, pixels from its corner, by cubic convolution: [n 3]."""
        part, at = _around(places, self.known.shape)
        return sample_cubic(from_half(self.residual[part]), at)

    def known_at(self, places: Array) -> Array:
        """How much of what lies under places [... 2] is known, pixels from the frame's corner: [...] 0..1."""
        part, at = _around(places, self.known.shape)
        return sample(self.known[part].astype(np.float32), at, outside=0.0)


def _around(places: Array, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], Array]:
    """The part of a picture that holds all places inside it, with what is sampled around them, and the places there."""
    corner, size = [], []
    for axis, length in ((0, shape[1]), (1, shape[0])):
        along = places[..., axis]
        # what lies outside of the part must lie outside of the picture too, so that its edge is held, or is empty
        inside = along[(along > -MARGIN) & (along < length + MARGIN)]
        first = int(inside.min()) - MARGIN if inside.size else 0
        last = int(inside.max()) + MARGIN + 1 if inside.size else 1
        corner.append(min(max(first, 0), length - 1))
        size.append(max(min(last, length), corner[-1] + 1))
    part = slice(corner[1], size[1]), slice(corner[0], size[0])
    return part, places - np.array(corner, np.float32)


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
    residual = scales.enlarge(low, window)
    np.subtract(plate, residual, out=residual)
    light = light_of(plate)
    part = bounds(hidden, window).slices(window) if hidden.any() else np.s_[:0, :0]
    residual[part][hidden[part]], light[part][hidden[part]] = 0, 0
    grey = code_value(light)
    grey[part][hidden[part]] = 0
    grey = blurred(grey, BLUR)
    if hidden.any():
        # farther than a blur from what is hidden every weight is known
        near = (bounds(hidden, window).grown(MARGIN) & window).slices(window)
        grey[near] /= np.maximum(blurred(known[near].astype(np.float32), BLUR), np.float32(1e-3))
        grey[part][hidden[part]] = 0
    most = np.float32(np.finfo(np.float16).max)
    return PlateFrame(to_half(np.clip(residual, -most, most)), known, grey, window, low)
