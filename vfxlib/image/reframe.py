"""Pixels of one window laid over another, and brought to another resolution as they are."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box

__all__ = ["reframe", "resize_nearest"]

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


def resize_nearest(pixels: NDArray[T], shape: tuple[int, ...]) -> NDArray[T]:
    """Pixels at another resolution: of each new one's centre the nearest old one.

    pixels   [h w ...]  any type
    shape    height and width, and perhaps more that is not looked at
    returns  [H W ...]
    """
    rows, columns = (
        np.minimum(((np.arange(new) + 0.5) * old / new).astype(int), old - 1)
        for new, old in zip(shape[:2], pixels.shape, strict=False)
    )
    return np.ascontiguousarray(pixels[np.ix_(rows, columns)])
