"""Spatial residuals: detail for what no frame shows, from places of the same frame that look alike at low resolution.

Contextual residual aggregation (Yi et al. 2020, HiFill), with two changes: every low pixel has its own block, which
overlaps its neighbours' by half and fades into them, so that no grid of blocks shows; and neighbours prefer to move
together, so that their blocks continue each other instead of averaging the detail away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.colour.acescct import code_value
from vfxlib.image.picture import Array
from vfxlib.motion.field import Matrix
from vfxlib.residual_hires.code_slope import code_slope
from vfxlib.residual_hires.plate_frame import PlateFrame
from vfxlib.residual_hires.scales import Scales

__all__ = ["Attention", "attend", "spatial_residual"]

RADIUS = 2  # low pixels: patches are 5 x 5
MOST_SOURCES = 16_384  # patches that are compared with each wanted one
CHUNK = 512
CANDIDATES = 6  # of the likest sources of a patch
ROUNDS = 6
TOGETHER = 0.04  # cosine similarity that it is worth to move like one of the eight neighbours
MISFIT = 0.05  # code values of difference between patches at which detail counts half
MOST_LIGHTER = 1.5  # times by which detail is made stronger or weaker at most
NOISE = 0.004  # code values: by so much flat patches differ that look alike
BRIGHTNESS = 0.5  # what it counts that patches are as bright as each other, beside their pattern
MIDDLE = 0.4  # code value of middle grey
NEIGHBOURS = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx)


@dataclass(frozen=True)
class Attention:
    """Where the detail of low pixels comes from.

    rows, columns  [n]    low pixels
    jump           [n 2]  x and y to the likest place, low pixels
    strength       [n]    0..1: how far its detail can be that of the low pixel
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    jump: NDArray[np.intp]
    strength: Array


def attend(low: Array, wanted: NDArray[np.bool_], known: NDArray[np.bool_], seed: int) -> Attention | None:
    """Find for each wanted low pixel a place of the same picture that looks alike.

    low      [h w 3]  the whole picture at low resolution, linear colour, filled
    wanted   [h w]    low pixels that need detail
    known    [h w]    low pixels under which every plate pixel is known
    seed     chooses the sources that are compared where there are very many
    returns  None where nothing is known, or nothing wanted
    """
    # a patch must be plate, not fill; where nothing is so wide, what is known
    whole = ndimage.minimum_filter(known.view(np.uint8), 2 * RADIUS + 1, mode="nearest").astype(bool)
    usable = whole if whole.any() else known
    rows, columns = np.nonzero(wanted)
    if not len(rows) or not usable.any():
        return None
    features = _features(low)
    from_rows, from_columns = np.nonzero(usable)
    if len(from_rows) > MOST_SOURCES:
        pick = np.sort(np.random.default_rng((seed, 7)).choice(len(from_rows), MOST_SOURCES, replace=False))
        from_rows, from_columns = from_rows[pick], from_columns[pick]
    sources = features(from_rows, from_columns)
    most = min(CANDIDATES, len(from_rows))
    jumps, likeness = np.empty((most, len(rows), 2), np.intp), np.empty((most, len(rows)), np.float32)
    for i in range(0, len(rows), CHUNK):
        part = slice(i, i + CHUNK)
        alike = features(rows[part], columns[part]) @ sources.T
        best = np.argsort(-alike, axis=1, kind="stable")[:, :most] if most < CANDIDATES else _largest(alike, most)
        found = np.stack([from_columns[best] - columns[part, None], from_rows[best] - rows[part, None]], axis=-1)
        jumps[:, part], likeness[:, part] = found.transpose(1, 0, 2), np.take_along_axis(alike, best, 1).T
    jump = _move_together(rows, columns, jumps, likeness, features, usable)
    apart = features.apart((rows, columns), (rows + jump[:, 1], columns + jump[:, 0]))
    strength = 1 / (1 + (apart / np.float32(MISFIT)) ** 2)
    return Attention(rows, columns, jump, np.asarray(strength, np.float32))


def _largest(values: Array, most: int) -> NDArray[np.intp]:
    """Places of the largest values of each row, the largest first."""
    best = np.argpartition(-values, most - 1, axis=1)[:, :most]
    order = np.argsort(-np.take_along_axis(values, best, 1), axis=1, kind="stable")
    return np.asarray(np.take_along_axis(best, order, 1))


class _features:  # noqa: N801
    """The patches of a picture as directions, whose product is their similarity: pattern, and brightness beside it."""

    def __init__(self, low: Array) -> None:
        edges = ((RADIUS, RADIUS), (RADIUS, RADIUS), (0, 0))
        padded = np.pad(code_value(low), edges, mode="edge")
        self.patches = sliding_window_view(padded, (2 * RADIUS + 1, 2 * RADIUS + 1), axis=(0, 1))

    def __call__(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Array:
        patches = self.patches[rows, columns]
        mean = patches.mean(axis=(2, 3))
        pattern = (patches - mean[:, :, None, None]).reshape(len(patches), -1)
        weight = np.sqrt(pattern.shape[1])
        flat = np.full((len(patches), 1), NOISE * weight)
        bright = (BRIGHTNESS * weight / 4) * (mean - MIDDLE)
        features = np.concatenate([pattern, bright, flat], axis=1).astype(np.float32)
        return np.asarray(features / np.linalg.norm(features, axis=1, keepdims=True), np.float32)

    def apart(
        self, at: tuple[NDArray[np.intp], NDArray[np.intp]], other: tuple[NDArray[np.intp], NDArray[np.intp]]
    ) -> Array:
        """Root mean squared difference of the patterns of two places, code values."""
        gap = self.patches[at] - self.patches[other]
        gap = gap - gap.mean(axis=(2, 3), keepdims=True)
        return np.asarray(np.sqrt((gap * gap).mean(axis=(1, 2, 3))), np.float32)


def _move_together(
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    jumps: NDArray[np.intp],
    likeness: Array,
    features: _features,
    usable: NDArray[np.bool_],
) -> NDArray[np.intp]:
    """Choose a jump for each patch: its own candidates, or a neighbour's, by likeness and company (ICM)."""
    height, width = usable.shape
    place = np.full((height + 2, width + 2), -1, np.intp)
    place[rows + 1, columns + 1] = np.arange(len(rows))
    near = np.stack([place[rows + 1 + dy, columns + 1 + dx] for dy, dx in NEIGHBOURS])
    own = features(rows, columns)
    jump, alike = jumps[0].copy(), likeness[0].copy()
    for turn in range(ROUNDS):
        # like a chess board, so that no two neighbours change at once
        for colour in range(4):
            mine = np.flatnonzero((rows % 2 * 2 + columns % 2) == (colour + turn) % 4)
            around = near[:, mine]
            theirs = np.where((around >= 0)[..., None], jump[around], np.iinfo(np.intp).max // 4)
            best_jump, best_alike = jump[mine], alike[mine]
            best = best_alike + TOGETHER * (theirs == best_jump).all(axis=2).sum(axis=0)
            offered = [*jumps[:, mine], *theirs]
            for i, offer in enumerate(offered):
                x, y = columns[mine] + offer[:, 0], rows[mine] + offer[:, 1]
                fits = (x >= 0) & (y >= 0) & (x < width) & (y < height)
                fits[fits] = usable[y[fits], x[fits]]
                value = np.full(len(mine), -2, np.float32)
                if i < len(jumps):
                    value[fits] = likeness[i, mine][fits]
                else:
                    value[fits] = np.einsum("nf,nf->n", own[mine[fits]], features(y[fits], x[fits]))
                total = value + TOGETHER * (theirs == offer).all(axis=2).sum(axis=0)
                better = fits & (total > best)
                best, best_alike = np.where(better, total, best), np.where(better, value, best_alike)
                best_jump = np.where(better[:, None], offer, best_jump)
            jump[mine], alike[mine] = best_jump, best_alike
    return np.asarray(jump, np.intp)


def spatial_residual(
    attention: Attention, points: Matrix, base: Array, frame: PlateFrame, low: Array, scales: Scales
) -> tuple[Array, Array]:
    """Move residuals within a frame, as code values: on a darker ground detail is weaker.

    attention  of low pixels around the points
    points     [n 2]    plate pixels, display window's frame
    base       [n 3]    the enlarged low picture there, linear colour
    frame      whose residuals are moved
    low        [h w 3]  its whole low picture, linear colour
    returns    [n 3] linear light, and [n] 0..1 how strong it is: 0 where there was nothing to move
    """
    place = np.full(scales.low[::-1], -1, np.intp)
    place[attention.rows, attention.columns] = np.arange(len(attention.rows))
    at = scales.to_low(points)
    corner = np.floor(at).astype(np.intp)
    within = at - corner
    total, share = np.zeros((len(points), 3), np.float32), np.zeros(len(points), np.float32)
    strength = np.zeros(len(points), np.float32)
    for dy in (0, 1):
        for dx in (0, 1):
            x, y = (np.clip(corner[:, i] + d, 0, scales.low[i] - 1) for i, d in ((0, dx), (1, dy)))
            which = place[y, x]
            has = np.flatnonzero(which >= 0)
            jump = attention.jump[which[has]]
            moved = np.rint(points[has] + jump * np.array(scales.factor)).astype(np.intp)
            column, row = moved[:, 0] - frame.window.x0, moved[:, 1] - frame.window.y0
            inside = (row >= 0) & (column >= 0) & (row < frame.window.height) & (column < frame.window.width)
            row, column = np.where(inside, row, 0), np.where(inside, column, 0)
            inside &= frame.known[row, column]
            blend = np.abs(1 - dx - within[has, 0]) * np.abs(1 - dy - within[has, 1])
            weight = (blend * inside).astype(np.float32)
            ground = low[y[has] + jump[:, 1], x[has] + jump[:, 0]]
            lighter = np.clip(code_slope(ground) / code_slope(base[has]), 1 / MOST_LIGHTER, MOST_LIGHTER)
            strong = weight * attention.strength[which[has]]
            total[has] += strong[:, None] * frame.residual[row, column] * lighter
            strength[has] += strong
            share[has] += weight
    share = np.maximum(share, np.float32(1e-6))
    return total / share[:, None], np.minimum(strength / share, 1)
