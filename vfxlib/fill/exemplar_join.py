"""Pieces from different places joined so that no seam shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vfxlib.picture import Array

__all__ = ["join"]

MOST = 0.06  # code values: a step larger than this is drawing, not light, and stays
ROUNDS = 150
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
    return np.clip(step, -MOST, MOST)


def _solve(right: Array, down: Array, gap: NDArray[np.bool_], there: NDArray[np.bool_]) -> Array:
    """Least squares by conjugate gradients; sums of numpy, not of a library that splits them among threads."""
    free = gap[..., None].astype(np.float32)
    across = ((there[:, :-1] & there[:, 1:]) & (gap[:, :-1] | gap[:, 1:]))[..., None].astype(np.float32)
    along = ((there[:-1] & there[1:]) & (gap[:-1] | gap[1:]))[..., None].astype(np.float32)

    def gathered(horizontal: Array, vertical: Array) -> Array:
        out = np.zeros_like(right)
        out[:, 1:] += horizontal
        out[:, :-1] -= horizontal
        out[1:] += vertical
        out[:-1] -= vertical
        return out * free

    def applied(value: Array) -> Array:
        return gathered(across * np.diff(value, axis=1), along * np.diff(value, axis=0)) + hold * value

    value = np.zeros_like(right)
    hold = np.float32(SPREAD**-2) * free
    rest = gathered(across * right[:, :-1], along * down[:-1])
    way = rest
    power = np.sum(rest * rest, axis=(0, 1), dtype=np.float64)
    begun = power.max()
    for _ in range(ROUNDS):
        if power.max() <= 1e-8 * begun or begun == 0:
            break
        turned = applied(way)
        length = power / np.maximum(np.sum(way * turned, axis=(0, 1), dtype=np.float64), 1e-30)
        value = value + length.astype(np.float32) * way
        rest = rest - length.astype(np.float32) * turned
        now = np.sum(rest * rest, axis=(0, 1), dtype=np.float64)
        way = rest + (now / np.maximum(power, 1e-30)).astype(np.float32) * way
        power = now
    return value
