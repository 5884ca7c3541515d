"""The pyramid for PatchMatch: ever smaller pictures with a gap, in which patches are compared."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.morphology import dilate_square
from vfxlib.image.picture import Array

__all__ = ["HALF", "SIZE", "Index", "Level", "Mask", "build_pyramid"]

HALF = 3  # patches are 7 x 7
SIZE = 2 * HALF + 1
FEWEST_SOURCES = 64  # sources that a coarse level must have
LEVELS = 8  # at most
THICKNESS = 2.5  # pixels from the rim to the middle of the gap at the coarsest level
TEXTURE_WEIGHT = 0.7  # of the strength of the texture beside colour

Mask = NDArray[np.bool_]
Index = NDArray[np.intp]
Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass
class Level:
    """One level of the pyramid, with a margin of HALF on all sides.

    feature  [h w c]  colour and strength of texture in standard deviations; the gap's change while matching, in place
    gap      [h w]    pixels to be made
    weight   [h w]    1 where a pixel counts in a comparison, else 0
    source   [h w]    middles of patches that are known entirely
    rows, columns     [n]  middles of the patches that touch the gap
    offset   [h w 2]  y and x from such a middle to its source
    cost     [h w]    mean squared difference to it; inf elsewhere
    depth    [h w]    pixels to the rim of the gap, 0 outside
    """

    feature: Array
    gap: Mask
    weight: Array
    source: Mask
    rows: Index
    columns: Index
    offset: Index
    cost: Array
    depth: Array

    @cached_property
    def patches(self) -> Array:
        """[h-6 w-6 7 7*c] the patch around every pixel but the margin's: a view of the features."""
        height, width, channels = self.feature.shape
        flat = self.feature.reshape(height, width * channels)
        return sliding_window_view(flat, (SIZE, SIZE * channels))[:, ::channels]

    @cached_property
    def weights(self) -> Array:
        """[n 7 7] the weights of the patches that touch the gap."""
        return sliding_window_view(self.weight, (SIZE, SIZE))[self.rows - HALF, self.columns - HALF]

    @cached_property
    def share(self) -> Array:
        """[n] how many of the pixels of these patches count."""
        return np.asarray(self.weights.sum(axis=(1, 2)), np.float32)


def build_pyramid(code: Array, known: Mask, gap: Mask) -> list[Level]:
    """Build the pyramid of a picture with a gap.

    code     [h w 3]  code values; finite where known
    known    [h w]    what may be looked at
    gap      [h w]    pixels to be made, apart from known
    returns  from fine to coarse; nothing where even the finest has no patch that is known entirely
    """
    deviation = float(np.sqrt(np.mean(np.var(code[known], axis=0)))) if known.any() else 0.0
    colour = (np.where(known[..., None], code, 0) / np.float32(max(deviation, 1e-4))).astype(np.float32)
    feature = np.concatenate([colour, np.float32(TEXTURE_WEIGHT) * _texture(colour, known)], axis=2)
    weight = known.astype(np.float32)
    levels: list[Level] = []
    while len(levels) < LEVELS:
        level = _level(feature, known, gap)
        if np.count_nonzero(level.source) < (FEWEST_SOURCES if levels else 1):
            break
        levels.append(level)
        if level.depth.max() <= THICKNESS:
            break
        feature, weight, known, gap = _halved(feature, weight, known, gap)
    return levels


def _texture(feature: Array, known: Mask) -> Array:
    """Strength of what changes sideways and downwards, averaged over 5 x 5 known pixels."""
    light = feature.mean(axis=2)
    parts = []
    for axis in (0, 1):
        change = np.abs(np.diff(light, axis=axis, append=np.take(light, [-1], axis)))
        both_known = known & np.roll(known, -1, axis)
        total = ndimage.uniform_filter(np.where(both_known, change, 0), 5, mode="constant")
        share = ndimage.uniform_filter(both_known.astype(np.float32), 5, mode="constant")
        parts.append(total / np.maximum(share, 1e-3))
    return np.stack(parts, axis=2).astype(np.float32)


def _halved(feature: Array, weight: Array, known: Mask, gap: Mask) -> tuple[Array, Array, Mask, Mask]:
    """Half the size; what is known in part has the mean of that part."""
    four = _quarters(weight)
    total = four.sum(axis=0)
    mean = (_quarters(feature) * four[..., None]).sum(axis=0) / np.maximum(total, np.float32(1e-6))[..., None]
    known_all, gap_any = _quarters(known).all(axis=0), _quarters(gap).any(axis=0)
    return np.asarray(mean, np.float32), np.asarray(total / 4, np.float32), np.asarray(known_all), np.asarray(gap_any)


def _quarters(values: NDArray[Scalar]) -> NDArray[Scalar]:
    """The four pixels of each square, first axis; beyond an odd edge lies 0."""
    edge = [(0, values.shape[0] % 2), (0, values.shape[1] % 2)] + [(0, 0)] * (values.ndim - 2)
    even = np.pad(values, edge)
    return np.stack([even[0::2, 0::2], even[1::2, 0::2], even[0::2, 1::2], even[1::2, 1::2]])


def _level(feature: Array, known: Mask, gap: Mask) -> Level:
    margin = ((HALF, HALF), (HALF, HALF))
    feature = np.pad(feature, (*margin, (0, 0)))
    known, gap = np.pad(known, margin), np.pad(gap, margin)
    touched = dilate_square(gap, HALF)
    inside = np.zeros_like(gap)
    inside[HALF:-HALF, HALF:-HALF] = True
    source = ndimage.minimum_filter(known.view(np.uint8), SIZE, mode="constant").astype(bool) & inside
    rows, columns = np.nonzero(touched & inside)
    return Level(
        feature,
        gap,
        (known | gap).astype(np.float32),
        source,
        rows,
        columns,
        np.zeros((*gap.shape, 2), np.intp),
        np.full(gap.shape, np.inf, np.float32),
        ndimage.distance_transform_edt(gap).astype(np.float32),
    )
