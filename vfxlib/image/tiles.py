"""Tiles are planned from the matte, so that what is not touched costs nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box
from vfxlib.image.picture import Array

__all__ = ["Tiling", "blend", "bounds", "plan_tiles"]


@dataclass(frozen=True)
class Tiling:
    """How a frame is cut.

    size     side of a tile without its overlap, pixels
    overlap  pixels that a tile shares with its neighbour; 0 where the work is done for each pixel by itself
    """

    size: int = 1024
    overlap: int = 0


def plan_tiles(hole: NDArray[np.bool_], window: Box, tiling: Tiling) -> list[Box]:
    """Boxes that together cover the hole, row by row; none where nothing must go.

    hole     [h w]   True where a pixel is replaced, over ``window``
    returns  each box is the hole's bounds inside one cell of a fixed grid, grown by the overlap, inside ``window``.
             The grid hangs on the display window, never on the hole: a matte that moves does not move the seams.
    """
    boxes = []
    for y in range(window.y0 - window.y0 % tiling.size, window.y1, tiling.size):
        for x in range(window.x0 - window.x0 % tiling.size, window.x1, tiling.size):
            cell = Box(x, y, x + tiling.size, y + tiling.size) & window
            part = hole[cell.slices(window)]
            if part.any():
                boxes.append(bounds(part, cell).grown(tiling.overlap) & window)
    return boxes


def bounds(mask: NDArray[np.bool_], window: Box) -> Box:
    """The smallest box that holds every True pixel.

    mask    [h w]  over ``window``, not empty
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x, y = window.x0, window.y0
    return Box(x + int(columns[0]), y + int(rows[0]), x + int(columns[-1]) + 1, y + int(rows[-1]) + 1)


def blend(pieces: Sequence[tuple[Box, Array]], window: Box, overlap: int, channels: int) -> Array:
    """Join the pieces of tiles; weights fall towards a tile's edge and are normalised at every pixel.

    pieces   box and [h w c] of each tile
    window   Box that the result covers
    overlap  as the tiles were planned with; without one the pieces are laid in as they are
    channels that each piece has
    returns  [h w c]; 0 where no tile was
    """
    joined = np.zeros((window.height, window.width, channels), np.float32)
    if overlap == 0:
        for box, piece in pieces:
            joined[box.slices(window)] = piece
        return joined
    total = np.zeros((window.height, window.width, 1), np.float32)
    for box, piece in pieces:
        weight = np.minimum.outer(_ramp(box.height, overlap), _ramp(box.width, overlap))[..., None]
        joined[box.slices(window)] += piece * weight
        total[box.slices(window)] += weight
    return np.divide(joined, total, out=joined, where=total > 0)


def _ramp(length: int, overlap: int) -> Array:
    from_edge = np.minimum(np.arange(length), np.arange(length)[::-1])
    return np.minimum((from_edge + 1) / (2 * overlap + 1), 1.0).astype(np.float32)
