"""Pixels of one window laid over another."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box

__all__ = ["reframe"]

T = TypeVar("T", bound=np.generic)


def reframe(pixels: NDArray[T], box: Box, window: Box, empty: float = 0.0) -> NDArray[T]:
    """Cut or pad pixels so that they cover a window.

    pixels   [h w ...]  any type, over ``box``
    box      Box        where they lie
    window   Box        what to cover, in the same frame
    empty               value where there are no pixels
    returns  the same array if box and window are one
    """
    if box == window:
        return pixels
    placed = np.full((window.height, window.width, *pixels.shape[2:]), empty, pixels.dtype)
    common = box & window
    if not common.empty:
        placed[common.slices(window)] = pixels[common.slices(box)]
    return placed
