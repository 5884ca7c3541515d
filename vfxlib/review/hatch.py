"""Patterns over a picture, by which areas are told apart without colour; the page's legends have the same."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vfxlib.review.false_colour import DisplayImage

__all__ = ["Pattern", "hatch"]

Pattern = Literal["", "slashes", "lines", "uprights", "dots"]
DARK = 0.45  # what of its light a pixel keeps under the pattern
LINES = 480  # of a picture on which a pattern repeats after ``PERIOD`` pixels; larger ones have wider patterns
PERIOD = 6


def hatch(picture: DisplayImage, where: NDArray[np.bool_], pattern: Pattern) -> DisplayImage:
    """The picture with a pattern over a part of it.

    picture  [h w 3]  display
    where    [h w]
    pattern  "" for none
    """
    if not pattern or not where.any():
        return picture
    scale = max(1, round(picture.shape[0] / LINES))
    y, x = np.nonzero(where)
    down, along = y // scale, x // scale
    match pattern:
        case "slashes":
            drawn = (down + along) % PERIOD < 2
        case "lines":
            drawn = down % PERIOD < 2
        case "uprights":
            drawn = along % PERIOD < 2
        case "dots":
            drawn = (down % PERIOD < 2) & (along % PERIOD < 2)
    result = picture.copy()
    result[y[drawn], x[drawn]] = np.round(picture[y[drawn], x[drawn]] * DARK).astype(np.uint8)
    return result
