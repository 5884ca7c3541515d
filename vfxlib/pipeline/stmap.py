"""ST maps: for every pixel the place in another frame that it was copied from, as Nuke's STMap node reads them.

0 and 1 are the edges of the display window, not the centres of its outermost pixels, and t runs upwards: the pixel in
column x of a row y from the top that was copied from itself holds (x + 0.5) / width and 1 - (y + 0.5) / height.
"""

import numpy as np

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.layer_names import STMAP_CHANNELS
from vfxlib.pipeline.hole_fill import Fill

__all__ = ["fill_stmap", "own_places", "stmap_layers"]


def own_places(window: Box) -> tuple[Array, Array]:
    """The place of every pixel of a window.

    returns  x and y [h w], display window's frame, x right, y down; arrays of their own
    """
    x = np.arange(window.x0, window.x1, dtype=np.float32)
    y = np.arange(window.y0, window.y1, dtype=np.float32)
    shape = window.height, window.width
    return np.broadcast_to(x, shape).copy(), np.broadcast_to(y[:, None], shape).copy()


def fill_stmap(fill: Fill, display: Box) -> dict[str, Array]:
    """The map of a frame whose hole was filled: what lies outside comes from its own place."""
    x, y = own_places(fill.window)
    x[fill.rows, fill.columns], y[fill.rows, fill.columns] = fill.place[:, 0], fill.place[:, 1]
    return stmap_layers(x, y, display)


def stmap_layers(x: Array, y: Array, display: Box) -> dict[str, Array]:
    """The map's channels by their names in the file.

    x, y     [h w]  where each pixel comes from, display window's frame, x right, y down
    display  the display window
    """
    left, top, (width, height) = display.x0, display.y0, display.size
    horizontal = (x - np.float32(left - 0.5)) / np.float32(width)
    vertical = 1 - (y - np.float32(top - 0.5)) / np.float32(height)
    return dict(zip(STMAP_CHANNELS, (horizontal, vertical), strict=True))
