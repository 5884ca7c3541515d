"""Downsampling a frame by halves, for the coarse levels of the coarse-to-fine scheme."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.reframe import reframe

__all__ = ["NetworkFrame", "halve", "halvings"]

LONGEST = 1100  # pixels: a side up to here is fitted in one go; the paper's first stage is 960 wide


@dataclass(frozen=True)
class NetworkFrame:
    """What of a frame a network may see, at one size.

    colour  [h w 3]  working colour; 0 where not known
    known   [h w]    True where the colour holds
    hole    [h w]    True where is painted
    window  Box      where they lie, in pixels of this size
    """

    colour: Array
    known: NDArray[np.bool_]
    hole: NDArray[np.bool_]
    window: Box


def halvings(width: int, height: int) -> int:
    """How often a plate is halved for its coarsest level.

    width, height  of the plate's display window
    returns        0 for a plate that is fitted as it is; 2 for 3840x2160
    """
    count = 0
    while max(width, height) / 2**count > LONGEST:
        count += 1
    return count


def halve(frame: NetworkFrame) -> NetworkFrame:
    """The frame at half its size: blocks of two by two pixels on a grid that hangs on the display window.

    A block is hole if any of its pixels is, and known if half of them are and none is hole; its colour is the mean
    of the known ones.
    """
    box = frame.window
    low = Box(box.x0 // 2, box.y0 // 2, -(-box.x1 // 2), -(-box.y1 // 2))
    even = Box(2 * low.x0, 2 * low.y0, 2 * low.x1, 2 * low.y1)
    count = _sums(reframe(frame.known.astype(np.float32), box, even))
    hole = _sums(reframe(frame.hole.astype(np.float32), box, even)) > 0
    known = (count >= 2) & ~hole
    colour = np.zeros((low.height, low.width, 3), np.float32)
    for channel in range(3):
        colour[..., channel] = _sums(reframe(frame.colour[..., channel] * frame.known, box, even))
    return NetworkFrame(np.where(known[..., None], colour / np.maximum(count, 1)[..., None], 0), known, hole, low)


def _sums(pixels: Array) -> Array:
    return np.asarray(pixels[::2, ::2] + pixels[1::2, ::2] + pixels[::2, 1::2] + pixels[1::2, 1::2], np.float32)
