"""Downsampling a frame by halves, for the coarse levels of the coarse-to-fine scheme."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.reframe import reframe

__all__ = ["Halvings", "NetworkFrame", "halve", "halvings", "hole_depth"]

LONGEST = 512  # pixels of the coarsest level's longer side: an eighth of 4096, and a crop sees a third of it
SHORTEST = 64  # pixels of its shorter side, below which little of the picture would be left
DEEPEST = 40.0  # pixels from the middle of a hole to what is known, at the coarsest level: a quarter of a crop's side


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


@dataclass(frozen=True)
class Halvings:
    """How often a plate is halved for its coarsest level.

    usual  if no hole is deep: 0 for a plate that is fitted as it is
    most   however deep holes are
    """

    usual: int
    most: int

    def for_hole(self, depth: float) -> int:
        """So often that crops of the coarsest level see past every hole.

        depth  of the deepest hole of the whole shot, pixels of the plate
        """
        count = self.usual
        while count < self.most and depth / 2**count > DEEPEST:
            count += 1
        return count


def halvings(width: int, height: int) -> Halvings:
    """How often a plate is halved.

    width, height  of the plate's display window
    returns        3 for 3840x2160, and 5 at most
    """
    usual = most = 0
    while min(width, height) / 2 ** (most + 1) >= SHORTEST:
        most += 1
    while usual < most and max(width, height) / 2**usual > LONGEST:
        usual += 1
    return Halvings(usual, most)


def hole_depth(frame: NetworkFrame) -> float:
    """How far the pixel of a frame's hole that is farthest from everything known is from it.

    returns  pixels; 0 without a hole, and where nothing is known, for no size helps there
    """
    if not frame.hole.any() or not frame.known.any():
        return 0.0
    return float(ndimage.distance_transform_edt(~frame.known)[frame.hole].max())


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
