"""Between a plate and its reduced picture: area averages down, cubic convolution up, at any factor and in any box."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vfxlib.image.box import Box
from vfxlib.image.picture import Array

__all__ = ["Scales"]


@dataclass(frozen=True)
class Scales:
    """The two sizes of a shot; both pictures cover the display window, and pixel centres lie at whole numbers.

    full  width and height of the plate's display window
    low   width and height of the reduced picture
    """

    full: tuple[int, int]
    low: tuple[int, int]

    @property
    def factor(self) -> tuple[float, float]:
        """Plate pixels per low pixel, across and down."""
        return self.full[0] / self.low[0], self.full[1] / self.low[1]

    def to_low(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn positions in plate pixels [... 2] into such in low pixels."""
        low = points + 0.5
        low /= np.array(self.factor)
        low -= 0.5
        return low

    def to_full(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn positions in low pixels [... 2] into such in plate pixels."""
        return np.asarray((points + 0.5) * np.array(self.factor) - 0.5)

    def centres(self, box: Box) -> NDArray[np.float64]:
        """Where the middles of a box of low pixels lie, row by row: [n 2] plate pixels."""
        y, x = np.mgrid[box.y0 : box.y1, box.x0 : box.x1]
        return self.to_full(np.stack([x.ravel(), y.ravel()], axis=-1).astype(np.float64))

    def low_box(self, box: Box) -> Box:
        """The low pixels that a box of plate pixels touches, inside the low picture."""
        (fx, fy), (width, height) = self.factor, self.low
        left, top = int(np.floor(box.x0 / fx + 1e-9)), int(np.floor(box.y0 / fy + 1e-9))
        right, below = int(np.ceil(box.x1 / fx - 1e-9)), int(np.ceil(box.y1 / fy - 1e-9))
        return Box(left, top, right, below) & Box(0, 0, width, height)

    def full_box(self, box: Box) -> Box:
        """The plate pixels that a box of low pixels touches, inside the display window."""
        (fx, fy), (width, height) = self.factor, self.full
        left, top = int(np.floor(box.x0 * fx + 1e-9)), int(np.floor(box.y0 * fy + 1e-9))
        right, below = int(np.ceil(box.x1 * fx - 1e-9)), int(np.ceil(box.y1 * fy - 1e-9))
        return Box(left, top, right, below) & Box(0, 0, width, height)

    def enlarge(self, low: Array, box: Box) -> Array:
        """Enlarge a low picture by cubic convolution (Keys 1981, a = -1/2), its edges held.

        low      [h w c]    the whole low picture
        box      Box        of plate pixels, also beyond the display window
        returns  [bh bw c]  over that box
        """
        down = _cubic(self.low[1], self.full[1], box.y0, box.y1)
        across = _cubic(self.low[0], self.full[0], box.x0, box.x1)
        return _rows(down, _columns(across, low))

    def reduce(self, pixels: Array, box: Box, low_box: Box) -> Array:
        """Reduce plate pixels by area averages.

        pixels   [bh bw c]  over ``box``
        box      Box        of plate pixels; what a low pixel has outside it does not count
        low_box  Box        of low pixels, each of which has a part of the box
        returns  [h w c]    over ``low_box``
        """
        down = _area(self.low[1], self.full[1], (box.y0, box.y1), (low_box.y0, low_box.y1))
        across = _area(self.low[0], self.full[0], (box.x0, box.x1), (low_box.x0, low_box.x1))
        return _columns(across, _rows(down, pixels))

    def touched(self, mask: NDArray[np.bool_], box: Box) -> NDArray[np.bool_]:
        """Tell which low pixels have a plate pixel of a mask.

        mask     [bh bw]  over ``box``
        box      Box      of plate pixels
        returns  [h w]    of the whole low picture
        """
        found = np.zeros(self.low[::-1], np.bool_)
        inside = box & Box(0, 0, *self.full)
        if not inside.empty:
            low_box = self.low_box(inside)
            share = self.reduce(mask[inside.slices(box)][..., None].astype(np.float32), inside, low_box)
            found[low_box.slices(Box(0, 0, *self.low))] = share[..., 0] > 0
        return found


def _rows(matrix: sparse.csr_array, pixels: Array) -> Array:
    """Apply a matrix to the rows of a picture."""
    height, width, channels = pixels.shape
    return np.asarray(
        (matrix @ np.ascontiguousarray(pixels).reshape(height, -1)).reshape(-1, width, channels), np.float32
    )


def _columns(matrix: sparse.csr_array, pixels: Array) -> Array:
    """Apply a matrix to the columns of a picture."""
    return np.ascontiguousarray(_rows(matrix, pixels.transpose(1, 0, 2)).transpose(1, 0, 2))


@lru_cache(maxsize=64)
def _cubic(low: int, full: int, begin: int, end: int) -> sparse.csr_array:
    """[end-begin low]: each plate pixel from the four low pixels around it."""
    at = (np.arange(begin, end) + 0.5) * (low / full) - 0.5
    first = np.floor(at)
    f = at - first
    weights = np.stack(
        [
            ((-0.5 * f + 1.0) * f - 0.5) * f,
            (1.5 * f - 2.5) * f * f + 1.0,
            ((-1.5 * f + 2.0) * f + 0.5) * f,
            (0.5 * f - 0.5) * f * f,
        ],
        axis=1,
    )
    columns = np.clip(first.astype(np.intp)[:, None] + np.arange(-1, 3), 0, low - 1)
    rows = np.repeat(np.arange(end - begin), 4)
    return sparse.csr_array((weights.astype(np.float32).ravel(), (rows, columns.ravel())), (end - begin, low))


@lru_cache(maxsize=64)
def _area(low: int, full: int, box: tuple[int, int], low_box: tuple[int, int]) -> sparse.csr_array:
    """[low_box box]: each low pixel from the plate pixels under it, each by the share that lies there."""
    factor = full / low
    rows, columns, values = [], [], []
    for row, pixel in enumerate(range(*low_box)):
        begin, end = pixel * factor, (pixel + 1) * factor
        under = np.arange(max(int(np.floor(begin + 1e-9)), box[0]), min(int(np.ceil(end - 1e-9)), box[1]))
        share = np.minimum(under + 1, end) - np.maximum(under, begin)
        rows.append(np.full(len(under), row))
        columns.append(under - box[0])
        values.append((share / share.sum()).astype(np.float32))
    shape = (low_box[1] - low_box[0], box[1] - box[0])
    return sparse.csr_array((np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape)
