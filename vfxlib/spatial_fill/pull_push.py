"""Holes closed smoothly by pull and push over an image pyramid of 2 x 2 means.

``vfxlib.motion.sampling.gaussian_pull_push`` does the same over OpenCV's Gaussian pyramid: quicker, and without
relaxation.
"""

import numpy as np

from vfxlib.image.picture import Array

__all__ = ["pull_push"]


def pull_push(image: Array, weight: Array, rounds: int = 0) -> Array:
    """Spread what is known over what is not: Gortler et al. 1996, the lumigraph, section 3.4.

    image    [h w c]  any values; finite where the weight is above 0
    weight   [h w]    0 not known, 1 and above known in full
    rounds   at every level what is not known relaxes so often towards its neighbours: cascadic multigrid
             (Bornemann and Deuflhard 1996), which comes close to the harmonic surface
    returns  [h w c]  the image where it is known in full, elsewhere smooth; 0 if nothing is known
    """
    known = np.clip(weight, 0, 1).astype(np.float32)[..., None]
    sums = np.where(known > 0, image, 0).astype(np.float32) * known
    return _fill(sums, known, rounds)


def _fill(sums: Array, known: Array, rounds: int) -> Array:
    """``sums`` is colour times weight; what comes back has weight 1 everywhere."""
    height, width = known.shape[:2]
    if known.min() >= 1 or max(height, width) == 1:
        return np.asarray(sums / np.maximum(known, 1e-12), np.float32)
    padding = ((0, height % 2), (0, width % 2), (0, 0))
    both = np.pad(np.concatenate([sums, known], axis=2), padding)
    half = both[0::2, 0::2] + both[1::2, 0::2] + both[0::2, 1::2] + both[1::2, 1::2]
    total = half[..., -1:]
    share = np.minimum(total, 1) / np.maximum(total, 1e-12)
    coarse = _fill(half[..., :-1] * share, np.minimum(total, 1), rounds)
    filled = np.asarray(sums + (1 - known) * _enlarge(coarse, height, width), np.float32)
    return _relax(filled, 1 - known, rounds)


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


def _relax(image: Array, free: Array, rounds: int) -> Array:
    """Let free pixels move towards the mean of their four neighbours (Jacobi's method for Laplace's equation)."""
    if not rounds:
        return image
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)), mode="edge")  # once: a round writes into its middle
    middle, around = padded[1:-1, 1:-1], np.empty_like(image)
    share = np.repeat(free, image.shape[2], axis=2)  # one row of numbers after another is quicker than one for three
    for _ in range(rounds):
        np.add(padded[:-2, 1:-1], padded[2:, 1:-1], out=around)
        around += padded[1:-1, :-2]
        around += padded[1:-1, 2:]
        around *= np.float32(0.25)
        around -= middle
        around *= share
        middle += around
        padded[0], padded[-1] = padded[1], padded[-2]
        padded[:, 0], padded[:, -1] = padded[:, 1], padded[:, -2]
    return np.ascontiguousarray(middle)
