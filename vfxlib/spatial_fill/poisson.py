"""Pieces from different places joined so that no seam shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import widest
from vfxlib.image.picture import Array

__all__ = ["join"]

MOST = 0.06  # code values: a larger step is drawing, not light, and fades out of account up to twice this
ROUNDS = 150
ENOUGH = 1e-7  # share of the squared error at which the search ends
SPREAD = 16.0  # pixels over which a step at a seam is evened out


def join(code: Array, known: NDArray[np.bool_], gap: NDArray[np.bool_], offset: NDArray[np.intp]) -> Array:
    """Copy pixels with their slopes instead of their values: Perez et al. 2003, Poisson image editing, equation 7.

    code     [h w 3]  code values; finite where known
    known    [h w]    what may be looked at
    gap      [h w]    pixels to be made
    offset   [h w 2]  y and x to each one's source
    returns  [h w 3]  code values, copied and corrected in the gap
    """
    y, x = np.nonzero(gap)
    copied = np.where(known[..., None], code, 0).astype(np.float32)
    copied[y, x] = code[y + offset[y, x, 0], x + offset[y, x, 1]]
    there = known | gap
    right = _steps(copied, code, known, gap, there, offset, (0, 1))
    down = _steps(copied, code, known, gap, there, offset, (1, 0))
    near = (slice(max(y.min() - 1, 0), y.max() + 2), slice(max(x.min() - 1, 0), x.max() + 2))
    copied[near] += _solve(right[near], down[near], gap[near], there[near])
    return copied


def _steps(
    copied: Array,
    code: Array,
    known: NDArray[np.bool_],
    gap: NDArray[np.bool_],
    there: NDArray[np.bool_],
    offset: NDArray[np.intp],
    way: tuple[int, int],
) -> Array:
    """How much each pixel should rise less or more to its neighbour than the copy does; 0 where that is not known."""
    height, width = gap.shape
    total, count = np.zeros_like(copied), np.zeros((height, width, 1), np.float32)
    first, second = (slice(height - way[0]), slice(width - way[1])), (slice(way[0], height), slice(way[1], width))
    y, x = np.nonzero(there[first] & there[second] & (gap[first] | gap[second]))
    for sign in (0, 1):
        at_y, at_x = y + sign * way[0], x + sign * way[1]
        made = gap[at_y, at_x]
        low_y, low_x = y + offset[at_y, at_x, 0], x + offset[at_y, at_x, 1]
        high_y, high_x = low_y + way[0], low_x + way[1]
        fits = made & (low_y >= 0) & (low_x >= 0) & (high_y < height) & (high_x < width)
        fits[fits] = known[low_y[fits], low_x[fits]] & known[high_y[fits], high_x[fits]]
        slope = code[high_y[fits], high_x[fits]] - code[low_y[fits], low_x[fits]]
        total[y[fits], x[fits]] += slope
        count[y[fits], x[fits]] += 1
    step = np.zeros_like(copied)
    sure = count[y, x, 0] > 0
    y, x = y[sure], x[sure]
    step[y, x] = total[y, x] / count[y, x] - (copied[y + way[0], x + way[1]] - copied[y, x])
    account = np.clip(2 - widest(step) / np.float32(MOST), 0, 1)[..., None]
    return np.asarray(step * account, np.float32)


def _solve(right: Array, down: Array, gap: NDArray[np.bool_], there: NDArray[np.bool_]) -> Array:
    """Least squares by conjugate gradients; sums of numpy, not of a library that splits them among threads."""
    right, down = np.moveaxis(right, 2, 0)[..., :-1], np.moveaxis(down, 2, 0)[:, :-1]
    free = gap.astype(np.float32)
    across = ((there[:, :-1] & there[:, 1:]) & (gap[:, :-1] | gap[:, 1:])).astype(np.float32)
    along = ((there[:-1] & there[1:]) & (gap[:-1] | gap[1:])).astype(np.float32)

    def gathered(horizontal: Array, vertical: Array) -> Array:
        out = np.zeros((3, *gap.shape), np.float32)
        out[..., 1:] += horizontal
        out[..., :-1] -= horizontal
        out[:, 1:] += vertical
        out[:, :-1] -= vertical
        return out * free

    def product(one: Array, other: Array) -> Array:
        return np.asarray(np.sum(one * other, axis=(1, 2)), np.float32)[:, None, None]

    hold = np.float32(SPREAD**-2) * free
    value = np.zeros((3, *gap.shape), np.float32)
    rest = gathered(across * right, along * down)
    way, power = rest, product(rest, rest)
    begun = power.max()
    for _ in range(ROUNDS):
        if power.max() <= ENOUGH * begun:
            break
        turned = gathered(across * np.diff(way, axis=2), along * np.diff(way, axis=1)) + hold * way
        length = np.asarray(power / np.maximum(product(way, turned), np.float32(1e-30)), np.float32)
        value += length * way
        rest = rest - length * turned
        now = product(rest, rest)
        way = rest + np.asarray(now / np.maximum(power, np.float32(1e-30)), np.float32) * way
        power = now
    return np.ascontiguousarray(np.moveaxis(value, 0, 2))
