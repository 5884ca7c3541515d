"""Control points: known pixels beside a hole, on which it is seen how well copying works here."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.colour.acescct import code_value
from vfxlib.flow_inpaint.selection import Selection
from vfxlib.flow_inpaint.source import Source
from vfxlib.image.picture import Array

__all__ = ["MOST_WRONG", "control_points", "copying_error"]

MOST_WRONG = 0.2  # code values: two pictures of one place hardly differ by more, however wrong the motion is
MANY = 4096  # points beyond which only every second, third, ... row and column of them stays


def control_points(hole: NDArray[np.bool_], own: Source, radius: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Choose known pixels near the hole, on a lattice.

    hole     [h w]  True where pixels are filled
    own             this frame, whose known pixels lie outside the matte and its margin
    radius   pixels around the hole in which they are looked for, about
    returns  rows and columns [m], array indices; m up to about 4000; all their 4 x 4 pixels are known
    """
    cell = max(radius // 3, 1)
    height, width = hole.shape
    padded = np.pad(hole, ((0, -height % cell), (0, -width % cell)))
    coarse = padded.reshape(padded.shape[0] // cell, cell, -1, cell).max(axis=(1, 3))
    near = ndimage.binary_dilation(coarse, np.ones((3, 3), bool), iterations=3)
    wide = near.repeat(cell, axis=0)[:height].repeat(cell, axis=1)[:, :width]
    rows, columns = np.nonzero(wide & own.footprint & ~hole)
    if len(rows) > MANY:
        spacing = int(np.ceil(np.sqrt(len(rows) / MANY)))
        # lattice lines of the picture, not of the hole: they stay where they are when the hole moves
        chosen = ((rows + own.window.y0) % spacing == 0) & ((columns + own.window.x0) % spacing == 0)
        rows, columns = rows[chosen], columns[chosen]
    return rows, columns


def copying_error(copied: Selection, truth: Array) -> tuple[Array, NDArray[np.bool_]]:
    """What copying gets wrong at control points.

    copied   what was chosen for them, as for the hole
    truth    [m 3]  what they really look like, linear colour
    returns  [m]    code values, mean of the channels, and where it is known
    """
    error = np.minimum(np.abs(code_value(copied.sharp) - code_value(truth)).mean(axis=1), np.float32(MOST_WRONG))
    return error, copied.seen & np.isfinite(error)
