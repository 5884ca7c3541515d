"""A propagated matte at the plate's own resolution, with an edge as sharp as the key's."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.box import Box
from vfxlib.image.morphology import fill_nearest
from vfxlib.image.morphology import grow as grow_matte
from vfxlib.image.picture import Array
from vfxlib.image.reframe import resize_nearest
from vfxlib.image.tiles import Tiling, plan_tiles
from vfxlib.inputs.keys import KeyMatte
from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.mask_propagate.frame import CarriedMatte
from vfxlib.mask_propagate.guided_filter import guided_filter
from vfxlib.mask_propagate.warp import dilate, opening, upsample_bicubic

__all__ = ["FinishedMatte", "edge_width", "finish"]

SHARPEST = 1.0  # pixels over which a hard key's edge rises
RISE = 4.1  # deviations of a blur over which an edge rises from CERTAIN to 1 - CERTAIN
TILE = 512
CERTAIN = 0.02  # a probability so near to 0 or 1 is no edge
FLAT = 1e-3  # of a slope: less is no edge
THIN = 1  # pixel of a propagated matte, the radius of the square that does not fit into what is thin
CPU = torch.device("cpu")


@dataclass(frozen=True)
class FinishedMatte:
    """A matte as it is written; every array covers the display window.

    matte       [h w]  0..1
    index       [h w]  int32  number of the object where the matte, rounded to a half, is 0.5 or more, else 0
    effect      [h w]  0..1
    confidence  [h w]  0..1  probability that the matte lies on the right side of the threshold
    """

    matte: Array
    index: NDArray[np.int32]
    effect: Array
    confidence: Array


def edge_width(mattes: Iterable[Array]) -> float:
    """Pixels over which the edges of some mattes rise from 0 to 1; 1 for hard ones, and where there is no edge.

    What is soft far from an edge is a shadow, glass or a faint ground, and makes no edge wider.

    mattes  [h w]  0..1
    """
    soft, length = 0, 0
    for matte in mattes:
        inside = matte >= OBJECT_THRESHOLD
        rim = inside & ~ndimage.binary_erosion(inside, border_value=1)
        if not rim.any():
            continue
        length += int(rim.sum())
        near = grow_matte(rim.astype(np.float32), _edge_reach(matte, inside)) > OBJECT_THRESHOLD
        soft += int((near & (matte > CERTAIN) & (matte < 1 - CERTAIN)).sum())
    return max(SHARPEST, soft / max(length, 1))


def _edge_reach(matte: Array, inside: NDArray[np.bool_]) -> int:
    """Pixels to either side that an edge takes, were it a blurred step as steep as it is as a rule."""
    steps = [np.abs(np.diff(matte, axis=axis))[np.diff(inside, axis=axis)] for axis in (0, 1)]
    deviation = 1 / np.sqrt(2 * np.pi) / np.median(np.concatenate(steps))
    return max(1, round(float(RISE / 2 * deviation) + 0.5))


def finish(
    working: Array, carried: CarriedMatte, key: KeyMatte | None, width: float | None, grow: float, soften: float
) -> FinishedMatte:
    """Give a propagated matte the plate's resolution and the key's edge.

    working  [h w 3]  working code values over the display window; finite
    carried  the matte as it was propagated, at any resolution
    key      of this frame: it is the matte then, as the artist made it; None of any other frame
    width    pixels over which the edge rises, from ``edge_width``; None leaves the edge as it was propagated
    grow     pixels by which the matte is grown, below 0 shrunk
    soften   pixels over which the edge is softened
    """
    shape = working.shape[:2]
    if key is not None:
        matte, index = key.coverage, key.index
        confidence = np.ones(shape, np.float32)
    else:
        large = _upsample(carried.matte, shape)
        matte = large if width is None else _with_edge(large, carried.matte, working, width)
        index = resize_nearest(carried.index, shape)
        confidence = _upsample(carried.confidence, shape)
    effect = np.maximum(_upsample(carried.effect, shape) - matte, 0)
    if grow:
        matte = grow_matte(matte, grow)
    if soften:
        matte = _gaussian_blur(matte, soften / 2.5)
    inside = matte.astype(np.float16) >= OBJECT_THRESHOLD  # as it is written
    if (inside & (index == 0)).any() and index.any():  # a matte that has grown beyond its objects
        index = fill_nearest(index)
    return FinishedMatte(matte, np.where(inside, index, 0).astype(np.int32), effect, confidence)


def _with_edge(large: Array, small: Array, working: Array, width: float) -> Array:
    """The matte with its edge where the picture has one, as wide as the key's.

    large, small  at the plate's resolution, and as it was propagated
    """
    matte = _sharpen(large, working, large.shape[0] / small.shape[0])
    matte = np.where(_thin(small, large.shape), np.maximum(matte, large), matte)
    if width > SHARPEST:
        matte = _gaussian_blur(matte, np.sqrt(width**2 - SHARPEST**2) / RISE)
    return matte


def _upsample(small: Array, shape: tuple[int, int]) -> Array:
    """A map [h w] of 0..1 at the plate's resolution."""
    if small.shape == shape:
        return small
    large: Array = np.clip(to_numpy(upsample_bicubic(to_tensor(small[None], CPU), shape))[0], 0, 1)
    return large


def _thin(small: Array, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """True [h w] on and beside what is so thin in a matte as it was carried that the guided filter would lose it."""
    inside = to_tensor((small >= OBJECT_THRESHOLD).astype(np.float32)[None], CPU)
    thin = dilate(inside * (1 - opening(inside, THIN)), 1)[0]
    return resize_nearest(to_numpy(thin) > 0, shape)


def _sharpen(matte: Array, working: Array, scale: float) -> Array:
    """Move the edge to where the picture has one, and let it rise over a pixel.

    scale  plate pixels of a pixel of the propagated matte
    """
    height, width = matte.shape
    band = (matte > CERTAIN) & (matte < 1 - CERTAIN)
    whole = Box(0, 0, width, height)
    result = (matte >= OBJECT_THRESHOLD).astype(np.float32)
    reach = int(np.ceil(2 * scale)) + 4
    for box in plan_tiles(band, whole, Tiling(TILE, 0)):
        around = box.grown(2 * reach) & whole
        part = around.slices(whole)
        edge = guided_filter(matte[part], working[part], scale)
        down, right = (_gradient(edge, axis) for axis in (0, 1))
        slope = np.maximum(np.hypot(down, right), FLAT)
        ramp = np.clip(OBJECT_THRESHOLD + (edge - OBJECT_THRESHOLD) / (slope * np.float32(SHARPEST)), 0, 1)
        inner = box.slices(around)
        result[box.slices(whole)] = np.where(band[box.slices(whole)], ramp[inner], result[box.slices(whole)])
    return result


def _gradient(picture: Array, axis: int) -> Array:
    """The slope along an axis; 0 along one that is a single pixel long."""
    return np.asarray(np.gradient(picture, axis=axis) if picture.shape[axis] > 1 else np.zeros_like(picture))


def _gaussian_blur(matte: Array, deviation: float) -> Array:
    """Soften an edge; its middle stays where it was."""
    return np.asarray(ndimage.gaussian_filter(matte, deviation, mode="nearest"), np.float32)
