"""What a processor makes of a box: colour, and what is known of every pixel, in one array."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from vfxlib.image.picture import Array

__all__ = ["FillBlock", "empty_block"]


@dataclass(frozen=True)
class FillBlock:
    """A view of an array of six channels; what is written into its parts is written into the array.

    pixels  [h w 6]  linear red, green and blue, confidence, source frame minus this one, ``Provenance``
    """

    CHANNELS: ClassVar[int] = 6

    pixels: Array

    @property
    def colour(self) -> Array:
        """[h w 3]  linear colour."""
        return self.pixels[..., :3]

    @property
    def confidence(self) -> Array:
        """[h w]  0..1."""
        return self.pixels[..., 3]

    @property
    def frame(self) -> Array:
        """[h w]  source frame minus this one; 0 for no single source."""
        return self.pixels[..., 4]

    @property
    def method(self) -> Array:
        """[h w]  ``Provenance``."""
        return self.pixels[..., 5]


def empty_block(height: int, width: int) -> FillBlock:
    """A block of zeros."""
    return FillBlock(np.zeros((height, width, FillBlock.CHANNELS), np.float32))
