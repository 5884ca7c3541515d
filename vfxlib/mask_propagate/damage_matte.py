"""Mattes of damage: hard inside, with a rim as soft as the key's, and what stays at its place laid in."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.morphology import dilate_square
from vfxlib.image.picture import Array
from vfxlib.layer_names import DAMAGE_THRESHOLD
from vfxlib.mask_propagate.damage_places import SeenParts, StayingParts

__all__ = ["damage_confidence", "damage_matte", "key_rim", "lay_staying"]

WIDEST = 8  # pixels of a rim
FAINT = 1 / 64  # less of a matte is none


def key_rim(keys: Iterable[Array]) -> tuple[float, ...]:
    """How keys fall off around their damage: the mean value one pixel outside of it, two pixels, and so on.

    keys     [h w]  0..1
    returns  falling, below what counts as damage; () of hard keys
    """
    total, count = np.zeros(WIDEST), np.zeros(WIDEST)
    for key in keys:
        ring = key >= DAMAGE_THRESHOLD
        for away in range(WIDEST):
            wider = dilate_square(ring, 1)
            total[away] += key[wider & ~ring].sum()
            count[away] += (wider & ~ring).sum()
            ring = wider
    means = np.minimum.accumulate(total / np.maximum(count, 1))
    return tuple(float(mean) for mean in means[means >= FAINT])


def damage_matte(found: NDArray[np.bool_], rim: Sequence[float]) -> Array:
    """The matte of what is found: 1 there, and around it the rim.

    found    [h w]
    rim      from ``key_rim``
    returns  [h w]  0..1
    """
    matte = found.astype(np.float32)
    ring = found
    for value in rim:
        wider = dilate_square(ring, 1)
        matte[wider & ~ring] = value
        ring = wider
    return matte


def damage_confidence(score: Array, found: NDArray[np.bool_]) -> Array:
    """The probability that each pixel lies on the right side: [h w] 0..1.

    score  [h w]  logit beyond the threshold
    found  [h w]  where lines and the picture overrule it, and a half is left
    """
    told = 1 / (1 + np.exp(-np.minimum(np.abs(score), 30)))
    return np.asarray(np.where(found == (score >= 0), told, 0.5), np.float32)


def lay_staying(
    found: NDArray[np.bool_],
    confidence: Array,
    staying: Sequence[tuple[StayingParts, SeenParts]],
    rim: Sequence[float],
) -> tuple[Array, Array]:
    """Matte and confidence of a frame where parts of keys stay: there the key counts, elsewhere what is found.

    found, confidence  [h w]  of the frame
    staying            of every key, and what the frame shows of its parts
    returns            [h w] and [h w]
    """
    near = np.any([each.near for each, _ in staying], axis=0)
    matte, sure = damage_matte(found & ~near, rim), confidence.copy()
    for each, seen in staying:
        there = each.on_frame(seen)
        own = np.concatenate(([False], there))[each.parts.labels]
        matte[own] = np.maximum(matte, each.parts.key)[own]
        told = np.concatenate(([0], np.abs(2 * seen.here.clip(0, 1) - 1)))[each.parts.labels]
        at = np.concatenate(([False], each.stays))[each.parts.labels]
        sure[at] = (0.5 + 0.5 * told)[at]
    return matte, sure
