"""A frame that pixels are copied from."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.device import to_tensor
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, is_light

__all__ = ["Source", "open_source"]


@dataclass(frozen=True)
class Source:
    """A frame of the plate, and what of it may be copied.

    pixels     [h*w 3]  linear colour, row by row, on the device; may hold NaN where not known
    known      [h w]    True where the pixel is background: finite, outside the matte and its margin
    footprint  [h w]    True where all 4 x 4 pixels from one left and above to two right and below are known
    rim        [h w]    True where it may be background: finite and outside the matte, but perhaps within its margin
    small      [h w]    True where all 2 x 2 pixels to the right and below may be
    window     Box      where the pixels lie, display window's frame
    clean      bool     True for a frame that an artist has cleaned: its candidates alone count
    """

    pixels: torch.Tensor
    known: NDArray[np.bool_]
    footprint: NDArray[np.bool_]
    rim: NDArray[np.bool_]
    small: NDArray[np.bool_]
    window: Box
    clean: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        masks = (self.known, self.footprint, self.rim, self.small)
        return self.pixels.element_size() * self.pixels.nelement() + sum(mask.nbytes for mask in masks)


def open_source(
    plate: Array,
    known: NDArray[np.bool_],
    window: Box,
    *,
    device: torch.device,
    clean: bool = False,
    rim: NDArray[np.bool_] | None = None,
) -> Source:
    """Make a frame ready to be copied from.

    plate    [h w 3]  linear colour; negative, very bright, NaN and inf values may occur
    known    [h w]    True where the plate shows background that may be copied
    window   Box      where both lie, display window's frame
    device            where the samples are taken
    clean             True for a frame that an artist has painted: pass ``known`` all True inside the data window
    rim      [h w]    True where it may show background, and is copied where nothing else is; None for ``known``
    returns           never uses a pixel that is not finite, nor one beyond all light, whatever ``known`` says
    """
    light = is_light(plate)
    known = known & light
    rim = known if rim is None else (rim | known) & light
    footprint, small = np.zeros_like(known), np.zeros_like(known)
    if min(known.shape) >= 4:
        rows = known[:-3] & known[1:-2] & known[2:-1] & known[3:]
        footprint[1:-2, 1:-2] = rows[:, :-3] & rows[:, 1:-2] & rows[:, 2:-1] & rows[:, 3:]
    small[:-1, :-1] = rim[:-1, :-1] & rim[1:, :-1] & rim[:-1, 1:] & rim[1:, 1:]
    return Source(to_tensor(plate.reshape(-1, 3), device), known, footprint, rim, small, window, clean)
