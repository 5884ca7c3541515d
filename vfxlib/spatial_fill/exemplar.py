"""Exemplar-based inpainting: a gap filled with patches of what surrounds it, sharp and with their grain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.colour.acescct import code_value
from vfxlib.image.picture import Array
from vfxlib.spatial_fill.patch_match import patch_match
from vfxlib.spatial_fill.poisson import poisson_blend
from vfxlib.spatial_fill.pull_push import pull_push

__all__ = ["Exemplar", "exemplar_inpaint", "masked_mean"]

RIM = 32  # pixels around a gap whose texture counts
FINE = 5  # pixels: grain is what the mean over so many takes away
COARSE = 13  # pixels: and texture is what the mean over so many takes away besides
WHOLE = 0.85  # share of such a window that must be known
FLAT, ROUGH = 0.002, 0.006  # code values that the surroundings vary by: below smooth, above texture


@dataclass(frozen=True)
class Exemplar:
    """What a gap of n pixels is painted with, row by row, in code values.

    smooth  [n 3]  the smooth fill
    grain   [n 3]  what is finer than 5 pixels where nothing but grain and slopes surrounds the gap: it always belongs
    form    [n 3]  what the patches add that is coarser than 13 pixels: where things lie
    detail  [n 3]  and what is finer: texture
    """

    smooth: Array
    grain: Array
    form: Array
    detail: Array


def exemplar_inpaint(
    image: Array, known: NDArray[np.bool_], gap: NDArray[np.bool_], smooth: Array, rng: np.random.Generator
) -> Exemplar | None:
    """Close one gap with patches of what surrounds it.

    Each pixel is copied whole from one place, with its grain (PatchMatch); the seams are closed by Poisson blending.

    image    [h w 3]  linear colour; finite where known
    known    [h w]    True where the image holds background; apart from the gap
    gap      [h w]    True where to paint; nothing there is looked at
    smooth   [h w 3]  linear colour: a smooth fill of the gap
    rng      seeded: the same gives the same bits
    returns  None where no patch is known entirely
    """
    code = code_value(np.where(known[..., None], image, 0))
    offset = patch_match(code, known, gap, rng)
    if offset is None:
        return None
    patches = poisson_blend(code, known, gap, offset)
    y, x = np.nonzero(gap)
    at_y, at_x = y + offset[y, x, 0], x + offset[y, x, 1]
    grain = code[at_y, at_x] - masked_mean(code, known, FINE)[at_y, at_x]
    even = code_value(smooth[y, x])
    near = (slice(max(y.min() - RIM, 0), y.max() + RIM), slice(max(x.min() - RIM, 0), x.max() + RIM))
    rough = _roughness(code[near], known[near])[gap[near]][:, None]
    added = np.zeros_like(code)
    added[y, x] = rough * (patches[y, x] - even)
    form = masked_mean(added, known | gap, COARSE)[y, x]  # at the rim it is nothing, as what is known is not changed
    return Exemplar(even, *(np.asarray(a, np.float32) for a in ((1 - rough) * grain, form, added[y, x] - form)))


def _roughness(code: Array, known: NDArray[np.bool_]) -> Array:
    """From 0, surroundings that hold nothing but grain and slopes, to 1, texture."""
    inner = ndimage.binary_erosion(known, np.ones((3, 3), bool))
    fine = masked_mean(code, known, FINE)
    detail = np.abs(fine - masked_mean(fine, inner, COARSE)).mean(axis=2)
    # a lopsided window takes a slope for texture, so only nearly whole ones count if there are any
    whole = inner & (ndimage.uniform_filter(inner.astype(np.float32), COARSE, mode="constant") > WHOLE)
    amount = pull_push(detail[..., None], (whole if whole.any() else inner).astype(np.float32), 8)[..., 0]
    step = np.clip((amount - FLAT) / (ROUGH - FLAT), 0, 1)
    return np.asarray(step * step * (3 - 2 * step), np.float32)


def masked_mean(values: Array, mask: NDArray[np.bool_], size: int) -> Array:
    """The mean of what is known in the square around every pixel.

    values   [h w c]  finite where the mask holds
    mask     [h w]    True where a pixel counts
    size     pixels, side of the square
    """
    share = ndimage.uniform_filter(mask.astype(np.float32), size, mode="constant")
    total = ndimage.uniform_filter(np.where(mask[..., None], values, 0), (size, size, 1), mode="constant")
    return np.asarray(total / np.maximum(share, 1e-3)[..., None], np.float32)
