"""Mattes grown, shrunk, feathered and parted: grey dilation and erosion, distance from the rim, what hangs together."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.tiles import bounds

__all__ = ["connected_components", "connected_to", "dilate_square", "feather", "fill_nearest", "grow", "hysteresis"]

SQUARE = np.ones((3, 3), np.bool_)


def grow(matte: Array, pixels: float) -> Array:
    """Grow or shrink a matte by a disc, soft edges kept: grey dilation and erosion.

    matte    [h w]  0..1; what is beyond the array is not known and neither grows in nor eats
    pixels   radius; a fraction is mixed from the two whole radii beside it, below 0 shrinks
    returns  [h w]  0..1, the same for any cut that leaves ``ceil(abs(pixels))`` pixels around
    """
    size = abs(pixels)
    reach, small = int(np.ceil(size)), int(np.floor(size))
    changed = np.zeros(matte.shape, np.float32)
    window = _around(matte > 0, reach)
    if window is None:
        return changed
    sign = np.float32(1 if pixels >= 0 else -1)  # the smallest value is the largest one turned over
    part = matte[window].astype(np.float32) * sign
    result = _largest(part, small)
    if size > small:
        share = np.float32(size - small)
        result = result * (np.float32(1) - share) + _largest(part, reach) * share
    changed[window] = result * sign
    return changed


def _largest(part: Array, radius: int) -> Array:
    """Largest value within a disc, row by row of the disc: the largest value of a row costs the same at any width."""
    if radius == 0:
        return part
    result = np.full_like(part, -np.inf)
    rows, columns = part.shape
    for down in range(min(radius, rows - 1) + 1):
        half = min(int(np.sqrt(radius * radius - down * down)), columns)
        wide = ndimage.maximum_filter1d(part, 2 * half + 1, axis=1, mode="constant", cval=-np.inf) if half else part
        np.maximum(result[down:], wide[: rows - down], out=result[down:])
        np.maximum(result[: rows - down], wide[down:], out=result[: rows - down])
    return result


def _around(inside: NDArray[np.bool_], margin: int) -> tuple[slice, slice] | None:
    if not inside.any():
        return None
    whole = Box(0, 0, inside.shape[1], inside.shape[0])
    return (bounds(inside, whole).grown(margin) & whole).slices(whole)


def fill_nearest(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Turn every 0 into the nearest number that is none.

    numbers  [h w]  not all 0
    """
    rows, columns = ndimage.distance_transform_edt(numbers == 0, return_distances=False, return_indices=True)
    return np.asarray(numbers[rows, columns])


def connected_components(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int32], int]:
    """Number the parts of a mask that hang together, at corners too.

    mask     [h w]
    returns  [h w] number of each pixel's part from 1, 0 outside; and how many there are
    """
    labels, count = ndimage.label(mask, SQUARE)
    return np.asarray(labels, np.int32), int(count)


def connected_to(seed: NDArray[np.bool_], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What of a mask hangs together with a seed, at corners too; each [h w]."""
    return np.asarray(ndimage.binary_propagation(seed, SQUARE, mask))


def hysteresis(mask: NDArray[np.bool_], value: Array, least: float) -> NDArray[np.bool_]:
    """The parts of a mask that reach a value somewhere, whole.

    mask, value  [h w]
    """
    labels, count = connected_components(mask)
    if not count:
        return mask
    most = ndimage.maximum(value, labels, np.arange(1, count + 1))
    return np.asarray(np.concatenate(([False], most >= least))[labels])


def dilate_square(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """Grow a mask by a square.

    mask     [h w]
    radius   pixels to each side, corners too
    returns  [h w]
    """
    return ndimage.maximum_filter(mask.view(np.uint8), 2 * radius + 1, mode="constant").astype(bool)


def feather(matte: Array, pixels: float) -> Array:
    """How much of the fill shows, softly from the matte's rim inwards.

    matte    [h w]  0..1; the border of the array is no rim
    pixels   width of the ramp
    returns  [h w]  0 outside; inside rising with the distance from the rim, 1 from ``pixels`` on
    """
    inside = matte > 0
    weight = inside.astype(np.float32)
    window = _around(inside, 1)
    if pixels <= 0 or window is None or inside[window].all():
        return weight
    distance = ndimage.distance_transform_edt(inside[window])
    weight[window] = np.clip(distance / (pixels + 1.0), 0.0, 1.0).astype(np.float32)
    return weight
