"""Pictures reduced to another size by area: averages of light, the largest value of a matte; and enlarged again.

Both sizes cover the same picture, so a pixel's centre x lies at ``(x + 0.5) * w / W - 0.5`` in the smaller one, by any
real factor.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.tiles import bounds

__all__ = ["area_average", "area_maximum", "enlarge", "fitting_size", "low_window"]

Size = tuple[int, int]
LEAST = 1e-6  # of a pixel's area: less is a rounding error


def fitting_size(size: Size, longest: int) -> Size:
    """The size of a picture reduced by the smallest whole factor that brings its longest side to a limit.

    size     width and height
    longest  pixels that neither side may exceed; 0 for no limit
    returns  width and height, rounded; ``size`` itself if it fits
    """
    factor = -(-max(size) // longest) if longest > 0 else 1
    return max(1, round(size[0] / factor)), max(1, round(size[1] / factor))


def low_window(window: Box, size: Size, low: Size) -> Box:
    """The pixels of the smaller picture that hold any part of a window.

    window     Box  pixels of the larger one; it may reach beyond the picture
    size, low  width and height of the larger and the smaller picture
    """
    (x0, x1), (y0, y1) = (
        (start * small // large, -(-stop * small // large))
        for start, stop, small, large in (
            (window.x0, window.x1, low[0], size[0]),
            (window.y0, window.y1, low[1], size[1]),
        )
    )
    return Box(x0, y0, max(x0, x1), max(y0, y1))


def area_average(
    pixels: Array, counts: NDArray[np.bool_], window: Box, size: Size, low: Size
) -> tuple[Array, Array, Box]:
    """Reduce a picture: each new pixel is the mean of what it covers.

    pixels     [h w c]  any values, over ``window``
    counts     [h w]    True for the pixels whose values hold
    window     Box      where they lie
    size, low  width and height of the larger and the smaller picture
    returns    [h w c] over the window that comes last, 0 where nothing holds; [h w] which share of each new pixel's
               part of the window holds, 0..1
    """
    to = low_window(window, size, low)
    if window.empty:
        return (
            np.zeros((to.height, to.width, pixels.shape[2]), np.float32),
            np.zeros((to.height, to.width), np.float32),
            to,
        )
    down = _weights(window.y0, window.y1, to.y0, to.y1, size[1], low[1])
    across = _weights(window.x0, window.x1, to.x0, to.x1, size[0], low[0])
    whole = np.outer(down.sum(axis=1), across.sum(axis=1))[..., None]
    if counts.all():
        return (_reduce(pixels, down, across) / whole).astype(np.float32), np.ones(whole.shape[:2], np.float32), to
    share = _reduce(counts[..., None].astype(np.float32), down, across)
    mean = _reduce(np.where(counts[..., None], pixels, np.float32(0)), down, across) / np.maximum(share, LEAST)
    mean[share[..., 0] <= LEAST] = 0
    return mean.astype(np.float32), np.minimum(share / whole, 1)[..., 0].astype(np.float32), to


def area_maximum(values: Array, window: Box, size: Size, low: Size) -> Array:
    """Reduce a matte: each new pixel is the largest value of what it covers, in whole or in part.

    values     [h w]  over ``window``, 0 or more
    others     as ``area_average``
    returns    [h w]  over ``low_window``
    """
    to = low_window(window, size, low)
    if window.empty:
        return np.zeros((to.height, to.width), np.float32)
    reduced = np.zeros((to.height, to.width), np.float32)
    if not values.any():
        return reduced
    # of a matte most is empty
    box = bounds(values != 0, window)
    part, there = values[box.slices(window)], low_window(box, size, low)
    rows = _largest(part, box.y0, there.y0, there.y1, size[1], low[1])
    reduced[there.slices(to)] = _largest(rows.T, box.x0, there.x0, there.x1, size[0], low[0]).T
    return reduced


def enlarge(pixels: Array, window: Box, low: Size, size: Size, to: Box) -> Array:
    """Bring a smaller picture to the larger one's size, bilinearly; its edge is held.

    pixels     [h w c]  any values, over ``window``
    window     Box      in pixels of the smaller picture, not empty
    low, size  width and height of the smaller and the larger picture
    to         Box      what to cover, in pixels of the larger one
    returns    [h w c]
    """
    down = _between(to.y0, to.y1, window.y0, window.y1, size[1], low[1])
    across = _between(to.x0, to.x1, window.x0, window.x1, size[0], low[0])
    return _reduce(pixels, down, across)


def _between(start: int, stop: int, low_start: int, low_stop: int, size: int, low: int) -> sparse.csr_array:
    """The weights of both pixels of the smaller picture beside each one of the larger: [new old]."""
    place = np.clip((np.arange(start, stop) + 0.5) * (low / size) - 0.5, low_start, low_stop - 1) - low_start
    first = np.minimum(place.astype(np.intp), max(low_stop - low_start - 2, 0))
    share = (place - first).astype(np.float32)
    after = np.minimum(first + 1, low_stop - low_start - 1)
    row = np.arange(stop - start)
    entries = (np.concatenate([1 - share, share]), (np.tile(row, 2), np.concatenate([first, after])))
    return sparse.csr_array(entries, shape=(stop - start, low_stop - low_start))


def _reduce(values: Array, down: sparse.csr_array, across: sparse.csr_array) -> Array:
    height, width, channels = values.shape
    rows = (down @ values.reshape(height, width * channels)).reshape(-1, width, channels)
    turned = np.ascontiguousarray(rows.transpose(1, 0, 2))
    columns = (across @ turned.reshape(width, -1)).reshape(-1, rows.shape[0], channels)
    return np.asarray(columns.transpose(1, 0, 2), np.float32)


def _weights(start: int, stop: int, low_start: int, low_stop: int, size: int, low: int) -> sparse.csr_array:
    """How much of each pixel lies in each new one: [new old]."""
    edges = np.arange(start, stop + 1) * (low / size)  # of the pixels, counted in new ones
    first = np.floor(edges[:-1] + 1e-9).astype(np.intp)
    inside = np.minimum(edges[1:], first + 1.0) - edges[:-1]
    rest = np.maximum(edges[1:] - edges[:-1] - inside, 0)
    column = np.arange(stop - start)
    row = np.concatenate([first, np.minimum(first + 1, low_stop - 1)]) - low_start
    weight = np.concatenate([inside, rest]).astype(np.float32)
    shape = (low_stop - low_start, stop - start)
    kept = weight > 1e-7
    return sparse.csr_array((weight[kept], (row[kept], np.tile(column, 2)[kept])), shape=shape)


def _largest(values: Array, start: int, low_start: int, low_stop: int, size: int, low: int) -> Array:
    """Row by row of the new picture, the largest of the old rows that it covers."""
    new = np.arange(low_start, low_stop)
    first = np.clip(new * size // low - start, 0, values.shape[0] - 1)
    last = np.clip(-(-(new + 1) * size // low) - start, first + 1, values.shape[0])
    bounds = np.stack([first, last], axis=1).ravel()
    padded = np.concatenate([values, values[-1:]])  # reduceat takes no end beyond the last row
    return np.asarray(np.maximum.reduceat(padded, bounds, axis=0)[::2], np.float32)
