"""Holes closed smoothly by an image pyramid."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from vfxlib.picture import Array

__all__ = ["pull_push", "smooth"]


def pull_push(image: Array, weight: Array) -> Array:
    """Spread what is known over what is not: Gortler et al. 1996, the lumigraph, section 3.4.

    image    [h w c]  any values; finite where the weight is above 0
    weight   [h w]    0 not known, 1 and above known in full
    returns  [h w c]  the image where it is known in full, elsewhere smooth; 0 if nothing is known
    """
    known = np.clip(weight, 0, 1).astype(np.float32)[..., None]
    sums = np.where(known > 0, image, 0).astype(np.float32) * known
    return _fill(sums, known)


def _fill(sums: Array, known: Array) -> Array:
    """``sums`` is colour times weight; what comes back has weight 1 everywhere."""
    height, width = known.shape[:2]
    if known.min() >= 1 or max(height, width) == 1:
        return np.asarray(sums / np.maximum(known, 1e-12), np.float32)
    padding = ((0, height % 2), (0, width % 2), (0, 0))
    both = np.pad(np.concatenate([sums, known], axis=2), padding)
    half = both[0::2, 0::2] + both[1::2, 0::2] + both[0::2, 1::2] + both[1::2, 1::2]
    total = half[..., -1:]
    share = np.minimum(total, 1) / np.maximum(total, 1e-12)
    coarse = _fill(half[..., :-1] * share, np.minimum(total, 1))
    return np.asarray(sums + (1 - known) * _enlarge(coarse, height, width), np.float32)


def _enlarge(coarse: Array, height: int, width: int) -> Array:
    """Twice the size, bilinear between the centres of the coarse pixels."""
    for axis, size in ((0, height), (1, width)):
        near = np.repeat(coarse, 2, axis=axis)
        first, last = np.take(coarse, [0], axis), np.take(coarse, [-1], axis)
        count = coarse.shape[axis]
        before = np.concatenate([first, np.take(coarse, range(count - 1), axis)], axis)
        after = np.concatenate([np.take(coarse, range(1, count), axis), last], axis)
        far = np.stack([before, after], axis=axis + 1).reshape(near.shape)
        coarse = np.take(0.75 * near + 0.25 * far, range(size), axis).astype(np.float32)
    return coarse


def smooth(image: Array, unknown: Array, rounds: int) -> Array:
    """Let unknown pixels relax towards the mean of their four neighbours (Jacobi on Laplace's equation).

    image    [h w c]  any values, finite
    unknown  [h w]    1 where a pixel may change, 0 where it is held
    rounds   how often
    returns  [h w c]
    """
    kernel = np.array([[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]], np.float32)[..., None]
    free = unknown[..., None]
    for _ in range(rounds):
        image = image + free * (ndimage.correlate(image, kernel, mode="nearest") - image)
    return image
