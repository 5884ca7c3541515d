"""Exemplar-based inpainting: gaps filled with patches of what surrounds them, sharp and with their grain."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.colour.acescct import code_value, linear_of
from vfxlib.image.morphology import dilate_square
from vfxlib.image.picture import Array
from vfxlib.spatial_fill.patch_match import patch_match
from vfxlib.spatial_fill.poisson import poisson_blend
from vfxlib.spatial_fill.pull_push import pull_push
from vfxlib.spatial_fill.smooth import smooth_inpaint

__all__ = ["exemplar_inpaint"]

JOIN = 4  # pixels: gaps nearer than this are painted together
AROUND = 1.5  # sizes of the gap that are searched on each side of it
LEAST, UTMOST = 40, 400  # pixels that are searched on each side
THIN = 1.5  # pixels from rim to rim of which nothing but a smooth fill is worth while
RIM = 32  # pixels around a gap whose texture counts
FINE = 5  # pixels: grain is what the mean over so many takes away
COARSE = 13  # pixels: and texture is what the mean over so many takes away besides
WHOLE = 0.85  # share of such a window that must be known
FLAT, ROUGH = 0.002, 0.006  # code values that the surroundings vary by: below smooth, above texture


def exemplar_inpaint(image: Array, known: NDArray[np.bool_], gap: NDArray[np.bool_], *, seed: int) -> Array:
    """Close gaps with patches of what surrounds them; smoothly where that has no texture.

    Each pixel is copied whole from one place, with its grain (PatchMatch); the seams are closed by Poisson blending.

    image    [h w 3]  linear colour; anything where not known
    known    [h w]    True where the image holds background, from the plate or copied
    gap      [h w]    True where to paint; nothing there is looked at
    seed     the same gives the same bits
    returns  [n 3]    linear colour of the n gap pixels, row by row; finite, with grain
    """
    known = known & ~gap & np.isfinite(image).all(axis=2)
    filled = np.zeros((*gap.shape, 3), np.float32)
    filled[gap] = smooth_inpaint(image, known, gap)
    labels, _ = ndimage.label(dilate_square(gap, JOIN))
    for label, bounds in enumerate(ndimage.find_objects(labels)):
        size = max(side.stop - side.start for side in bounds)
        reach = int(np.clip(AROUND * size, LEAST, UTMOST))
        box = tuple(slice(max(side.start - reach, 0), side.stop + reach) for side in bounds)
        mine = gap[box] & (labels[box] == label + 1)
        if not mine.any() or ndimage.distance_transform_edt(np.pad(mine, 1)).max() <= THIN:
            continue
        rng = np.random.default_rng((seed, label))
        filled[box] = _painted(image[box], known[box], mine, filled[box], rng)
    return filled[gap]


def _painted(
    image: Array, known: NDArray[np.bool_], gap: NDArray[np.bool_], smooth: Array, rng: np.random.Generator
) -> Array:
    code = code_value(np.where(known[..., None], image, 0))
    offset = patch_match(code, known, gap, rng)
    if offset is None:
        return smooth
    patches = poisson_blend(code, known, gap, offset)
    y, x = np.nonzero(gap)
    at_y, at_x = y + offset[y, x, 0], x + offset[y, x, 1]
    grain = code[at_y, at_x] - _mean(code, known, FINE)[at_y, at_x]
    even = code_value(smooth[y, x]) + grain
    near = (slice(max(y.min() - RIM, 0), y.max() + RIM), slice(max(x.min() - RIM, 0), x.max() + RIM))
    rough = _roughness(code[near], known[near])[gap[near]][:, None]
    mixed = linear_of(even + rough * (patches[y, x] - even))
    outcome = smooth.copy()
    outcome[y, x] = np.where(np.isfinite(mixed), mixed, smooth[y, x])
    return outcome


def _roughness(code: Array, known: NDArray[np.bool_]) -> Array:
    """From 0, surroundings that hold nothing but grain and slopes, to 1, texture."""
    inner = ndimage.binary_erosion(known, np.ones((3, 3), bool))
    fine = _mean(code, known, FINE)
    detail = np.abs(fine - _mean(fine, inner, COARSE)).mean(axis=2)
    # a lopsided window takes a slope for texture, so only nearly whole ones count if there are any
    whole = inner & (ndimage.uniform_filter(inner.astype(np.float32), COARSE, mode="constant") > WHOLE)
    amount = pull_push(detail[..., None], (whole if whole.any() else inner).astype(np.float32), 8)[..., 0]
    step = np.clip((amount - FLAT) / (ROUGH - FLAT), 0, 1)
    return np.asarray(step * step * (3 - 2 * step), np.float32)


def _mean(values: Array, mask: NDArray[np.bool_], size: int) -> Array:
    share = ndimage.uniform_filter(mask.astype(np.float32), size, mode="constant")
    total = ndimage.uniform_filter(np.where(mask[..., None], values, 0), (size, size, 1), mode="constant")
    return np.asarray(total / np.maximum(share, 1e-3)[..., None], np.float32)
