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
    window     Box      where the pixels lie, display window's frame
    clean      bool     True for a frame that an artist has cleaned: its candidates alone count
    """

    pixels: torch.Tensor
    known: NDArray[np.bool_]
    footprint: NDArray[np.bool_]
    window: Box
    clean: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.pixels.element_size() * self.pixels.nelement() + self.known.nbytes + self.footprint.nbytes


def open_source(
    plate: Array, known: NDArray[np.bool_], window: Box, *, device: torch.device, clean: bool = False
) -> Source:
    """Make a frame ready to be copied from.

    plate    [h w 3]  linear colour; negative, very bright, NaN and inf values may occur
    known    [h w]    True where the plate shows background that may be copied
    window   Box      where both lie, display window's frame
    device            where the samples are taken
    clean             True for a frame that an artist has painted: pass ``known`` all True inside the data window
    returns           never uses a pixel that is not finite, nor one beyond all light, whatever ``known`` says
    """
    known = known & is_light(plate)
    height, width = known.shape
    footprint = np.zeros_like(known)
    if height >= 4 and width >= 4:
        rows = known[:-3] & known[1:-2] & known[2:-1] & known[3:]
        footprint[1:-2, 1:-2] = rows[:, :-3] & rows[:, 1:-2] & rows[:, 2:-1] & rows[:, 3:]
    return Source(to_tensor(plate.reshape(-1, 3), device), known, footprint, window, clean)
