"""Poisson blending (Perez et al. 2003): patches from different places joined so that no seam shows."""

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import widest
from vfxlib.image.picture import Array

__all__ = ["poisson_blend"]

LARGEST = 0.06  # code values: a larger step is drawing, not light, and fades out of account up to twice this
ROUNDS = 150
TOLERANCE = 1e-7  # share of the squared residual at which conjugate gradients end
SPREAD = 16.0  # pixels over which a step at a seam is evened out: what screens the Poisson equation


def poisson_blend(code: Array, known: NDArray[np.bool_], gap: NDArray[np.bool_], offset: NDArray[np.intp]) -> Array:
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
    defined = known | gap
    right = _guidance(copied, code, known, gap, defined, offset, (0, 1))
    down = _guidance(copied, code, known, gap, defined, offset, (1, 0))
    near = (slice(max(y.min() - 1, 0), y.max() + 2), slice(max(x.min() - 1, 0), x.max() + 2))
    copied[near] += _conjugate_gradients(right[near], down[near], gap[near], defined[near])
    return copied


def _guidance(
    copied: Array,
    code: Array,
    known: NDArray[np.bool_],
    gap: NDArray[np.bool_],
    defined: NDArray[np.bool_],
    offset: NDArray[np.intp],
    axis: tuple[int, int],
) -> Array:
    """The guidance field along one axis, less the copy's own gradient; 0 where that is not known.

    Where two patches meet, each tells a gradient of its own: the mean of both is wanted.
    """
    height, width = gap.shape
    total, count = np.zeros_like(copied), np.zeros((height, width, 1), np.float32)
    first, second = (slice(height - axis[0]), slice(width - axis[1])), (slice(axis[0], height), slice(axis[1], width))
    y, x = np.nonzero(defined[first] & defined[second] & (gap[first] | gap[second]))
    for sign in (0, 1):
        at_y, at_x = y + sign * axis[0], x + sign * axis[1]
        made = gap[at_y, at_x]
        low_y, low_x = y + offset[at_y, at_x, 0], x + offset[at_y, at_x, 1]
        high_y, high_x = low_y + axis[0], low_x + axis[1]
        fits = made & (low_y >= 0) & (low_x >= 0) & (high_y < height) & (high_x < width)
        fits[fits] = known[low_y[fits], low_x[fits]] & known[high_y[fits], high_x[fits]]
        slope = code[high_y[fits], high_x[fits]] - code[low_y[fits], low_x[fits]]
        total[y[fits], x[fits]] += slope
        count[y[fits], x[fits]] += 1
    step = np.zeros_like(copied)
    valid = count[y, x, 0] > 0
    y, x = y[valid], x[valid]
    step[y, x] = total[y, x] / count[y, x] - (copied[y + axis[0], x + axis[1]] - copied[y, x])
    share = np.clip(2 - widest(step) / np.float32(LARGEST), 0, 1)[..., None]
    return np.asarray(step * share, np.float32)


def _conjugate_gradients(right: Array, down: Array, gap: NDArray[np.bool_], defined: NDArray[np.bool_]) -> Array:
    """The discrete Poisson equation, least squares; sums of numpy, not of a library that splits them among threads."""
    right, down = np.moveaxis(right, 2, 0)[..., :-1], np.moveaxis(down, 2, 0)[:, :-1]
    free = gap.astype(np.float32)
    across = ((defined[:, :-1] & defined[:, 1:]) & (gap[:, :-1] | gap[:, 1:])).astype(np.float32)
    along = ((defined[:-1] & defined[1:]) & (gap[:-1] | gap[1:])).astype(np.float32)

    def divergence(horizontal: Array, vertical: Array) -> Array:
        out = np.zeros((3, *gap.shape), np.float32)
        out[..., 1:] += horizontal
        out[..., :-1] -= horizontal
        out[:, 1:] += vertical
        out[:, :-1] -= vertical
        return out * free

    def product(one: Array, other: Array) -> Array:
        return np.asarray(np.sum(one * other, axis=(1, 2)), np.float32)[:, None, None]

    damping = np.float32(SPREAD**-2) * free
    value = np.zeros((3, *gap.shape), np.float32)
    residual = divergence(across * right, along * down)
    direction, power = residual, product(residual, residual)
    power_at_first = power.max()
    for _ in range(ROUNDS):
        if power.max() <= TOLERANCE * power_at_first:
            break
        curved = (
            divergence(across * np.diff(direction, axis=2), along * np.diff(direction, axis=1)) + damping * direction
        )
        step = np.asarray(power / np.maximum(product(direction, curved), np.float32(1e-30)), np.float32)
        value += step * direction
        residual = residual - step * curved
        now = product(residual, residual)
        direction = residual + np.asarray(now / np.maximum(power, np.float32(1e-30)), np.float32) * direction
        power = now
    return np.ascontiguousarray(np.moveaxis(value, 0, 2))
