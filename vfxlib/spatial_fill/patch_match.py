"""PatchMatch (Barnes et al. 2009) with patch voting: where else in the picture a gap's pixels could have come from."""

import numpy as np
from scipy import ndimage

from vfxlib.image.picture import Array
from vfxlib.spatial_fill.patch_pyramid import HALF, SIZE, Index, Level, Mask, build_pyramid
from vfxlib.spatial_fill.pull_push import pull_push

__all__ = ["patch_match"]

CHUNK = 2048  # patches compared at once: what fits a cache
WORK = 90_000  # patches times rounds at one level: bounds the time
MANY_PATCHES = 60_000  # patches beyond which a level only refines what the coarser one found
SEARCH_RADIUS = 12.0  # pixels within which a fine level looks first
DISTANCE_WEIGHT = 0.4  # what a source loses when it lies as far away as the whole window is wide, in variances
DEPTH_DECAY = 1.2  # by which a patch counts less for each pixel that it lies deeper in the gap
DEEPEST = 12.0  # pixels beyond which it counts no less
ROUNDS_COARSEST, ROUNDS = 10, 8  # rounds of matching and voting at the coarsest level and at the others, at most
ALL_ROWS, FEW_ROWS = slice(None), slice(1, None, 4)  # of a patch
FEW_PATCHES = 500  # that are compared as quickly as they are sifted
ROUNDING = np.float32(1 - 1e-4)  # what a sum of a few rows may be too large by
COPY_ROUNDS = 4  # last rounds of a level in which whole pixels are taken instead of means


def patch_match(code: Array, known: Mask, gap: Mask, rng: np.random.Generator) -> Index | None:
    """Find a source for each pixel of a gap, so that every patch of the outcome looks like a patch of the picture.

    From coarse to fine, patches find their nearest neighbours (Barnes et al. 2009, PatchMatch: propagation and random
    search, but all at once instead of in scan order) and vote for the gap's pixels (Wexler et al. 2007, section 3);
    strength of texture is compared beside colour (Newson et al. 2014, section 3.3). At last each pixel takes the offset
    that most of the patches over it share.

    code     [h w 3]  code values; finite where known
    known    [h w]    what may be looked at
    gap      [h w]    pixels to be made, apart from known
    rng      seeded
    returns  [h w 2]  y and x to the source in the gap, 0 elsewhere; None where no patch is known entirely
    """
    pyramid = build_pyramid(code, known, gap)
    if not pyramid:
        return None
    finest, coarse = pyramid[0], pyramid[1:]
    if coarse:
        _upsample_offsets(finest, _coarse_to_fine(coarse, rng))
        _propagate_and_search(finest, _rounds(finest, ROUNDS), 4, rng)
    else:
        _coarse_to_fine([finest], rng)
    return _majority_offset(finest)[HALF:-HALF, HALF:-HALF]


def _coarse_to_fine(pyramid: list[Level], rng: np.random.Generator) -> Level:
    """The finest of some levels after matching at all of them."""
    _initialise(pyramid[-1], rng)
    _propagate_and_search(pyramid[-1], _rounds(pyramid[-1], ROUNDS_COARSEST), 16, rng)
    for coarser, level in zip(pyramid[:0:-1], pyramid[-2::-1], strict=True):
        _upsample_offsets(level, coarser)
        _propagate_and_search(level, _rounds(level, ROUNDS), 4, rng)
    return pyramid[0]


def _rounds(level: Level, most: int) -> int:
    return int(np.clip(WORK // max(len(level.rows), 1), 2, most))


def _initialise(level: Level, rng: np.random.Generator) -> None:
    """The coarsest level begins with a smooth fill and sources from anywhere."""
    known = ((level.weight > 0) & ~level.gap).astype(np.float32)
    smooth = pull_push(level.feature, known, 8)
    level.feature[level.gap] = smooth[level.gap]
    y, x = np.nonzero(level.source)
    pick = rng.integers(0, len(y), len(level.rows))
    _set_sources(level, y[pick], x[pick])


def _upsample_offsets(level: Level, coarser: Level) -> None:
    """Offsets double; a patch whose source would not be known takes the nearest that is."""
    height, width = level.gap.shape
    y = np.minimum((level.rows - HALF) // 2 + HALF, coarser.gap.shape[0] - HALF - 1)
    x = np.minimum((level.columns - HALF) // 2 + HALF, coarser.gap.shape[1] - HALF - 1)
    missing = ~np.isfinite(coarser.cost)
    near = ndimage.distance_transform_edt(missing, return_distances=False, return_indices=True)
    y, x = near[0][y, x], near[1][y, x]
    at_y = np.clip(level.rows + 2 * coarser.offset[y, x, 0], 0, height - 1)
    at_x = np.clip(level.columns + 2 * coarser.offset[y, x, 1], 0, width - 1)
    nearest = ndimage.distance_transform_edt(~level.source, return_distances=False, return_indices=True)
    level.offset[level.rows, level.columns] = np.stack(
        [nearest[0][at_y, at_x] - level.rows, nearest[1][at_y, at_x] - level.columns], axis=1
    )
    level.cost[level.rows, level.columns] = coarser.cost[y, x]
    _vote(level)


def _set_sources(level: Level, at_y: Index, at_x: Index) -> None:
    level.offset[level.rows, level.columns] = np.stack([at_y - level.rows, at_x - level.columns], axis=1)
    level.cost[level.rows, level.columns] = _patch_cost(level, np.arange(len(level.rows)), at_y, at_x)


def _patch_cost(level: Level, which: Index, at_y: Index, at_x: Index, rows: slice = ALL_ROWS) -> Array:
    """Mean squared difference of some patches to their sources, and a little for the way there.

    rows  of the patches that are compared; the others differ by nothing
    """
    height, width, channels = level.feature.shape
    patches, weights = level.patches[:, :, rows], level.weights[:, rows]
    cost = np.empty(len(which), np.float32)
    for i in range(0, len(which), CHUNK):
        part = slice(i, i + CHUNK)
        mine = which[part]
        gap = patches[level.rows[mine] - HALF, level.columns[mine] - HALF]
        gap -= patches[at_y[part] - HALF, at_x[part] - HALF]
        share = level.share[mine]
        if share.min() < SIZE * SIZE:
            gap *= np.repeat(weights[mine], channels, axis=2)
        gap = gap.reshape(len(mine), -1)
        cost[part] = np.einsum("ij,ij->i", gap, gap) / (share * 3)
    away = (at_y - level.rows[which]) ** 2 + (at_x - level.columns[which]) ** 2
    return cost + np.float32(DISTANCE_WEIGHT / (height**2 + width**2)) * away.astype(np.float32)


def _propagate_and_search(level: Level, rounds: int, randoms: int, rng: np.random.Generator) -> None:
    large = len(level.rows) > MANY_PATCHES
    for turn in range(rounds):
        _set_sources(level, *_sources(level))
        for step in (1,) if large else (1, 4) if turn % 2 else (2, 1):
            for dy, dx in ((0, step), (step, 0), (0, -step), (-step, 0)):
                offset = level.offset[
                    np.clip(level.rows + dy, 0, level.gap.shape[0] - 1),
                    np.clip(level.columns + dx, 0, level.gap.shape[1] - 1),
                ]
                _try_sources(level, level.rows + offset[:, 0], level.columns + offset[:, 1])
        reach = float(max(level.gap.shape)) if randoms > 4 else SEARCH_RADIUS
        # a large level has to fit the rim, deeper in what the coarser one found holds
        still = level.depth[level.rows, level.columns] > (2 * HALF if large else np.inf)
        for _ in range(randoms):
            y, x = _sources(level)
            jump = np.where(still, 0, np.rint(rng.uniform(-reach, reach, (2, len(y))))).astype(np.intp)
            _try_sources(level, y + jump[0], x + jump[1])
            reach = reach / 2 if reach > 3 else float(max(level.gap.shape)) / 2
        if turn >= rounds - COPY_ROUNDS:
            _copy_pixels(level)
        else:
            _vote(level)


def _copy_pixels(level: Level) -> None:
    """Whole pixels instead of means, so that texture does not fade from level to level."""
    offset = _majority_offset(level)
    y, x = np.nonzero(level.gap)
    level.feature[y, x] = level.feature[y + offset[y, x, 0], x + offset[y, x, 1]]


def _sources(level: Level) -> tuple[Index, Index]:
    offset = level.offset[level.rows, level.columns]
    return level.rows + offset[:, 0], level.columns + offset[:, 1]


def _try_sources(level: Level, at_y: Index, at_x: Index) -> None:
    """Patches move to other sources where these are better."""
    height, width = level.gap.shape
    fits = (at_y >= 0) & (at_x >= 0) & (at_y < height) & (at_x < width)
    fits[fits] = level.source[at_y[fits], at_x[fits]]
    old_y, old_x = _sources(level)
    which = np.flatnonzero(fits & ((at_y != old_y) | (at_x != old_x)))
    best = level.cost[level.rows[which], level.columns[which]]
    if len(which) > FEW_PATCHES:  # of most a few rows tell already that they are no better
        hopeful = _patch_cost(level, which, at_y[which], at_x[which], FEW_ROWS) * ROUNDING < best
        which, best = which[hopeful], best[hopeful]
    cost = _patch_cost(level, which, at_y[which], at_x[which])
    better = cost < best
    which, cost = which[better], cost[better]
    y, x = level.rows[which], level.columns[which]
    level.offset[y, x, 0], level.offset[y, x, 1] = at_y[which] - y, at_x[which] - x
    level.cost[y, x] = cost


def _patch_weight(level: Level) -> Array:
    """The weight of each patch's vote: likeness, and nearness to the rim."""
    cost = level.cost[level.rows, level.columns]
    depth = np.minimum(level.depth[level.rows, level.columns], np.float32(DEEPEST))
    # deep in the gap copies are like themselves: only patches that hold known pixels tell how like is like
    scale = max(float(np.quantile(cost[depth <= HALF], 0.75)), 1e-6)
    weights = np.zeros(level.gap.shape, np.float32)
    weights[level.rows, level.columns] = np.exp(-cost / (2 * scale)) * np.float32(DEPTH_DECAY) ** -depth + np.float32(
        1e-12
    )
    return weights


def _vote(level: Level) -> None:
    weights = _patch_weight(level)
    y, x = np.nonzero(level.gap)
    total = np.zeros((len(y), level.feature.shape[2]), np.float32)
    share = np.zeros((len(y), 1), np.float32)
    for dy in range(-HALF, HALF + 1):
        for dx in range(-HALF, HALF + 1):
            weight = weights[y + dy, x + dx][:, None]
            offset = level.offset[y + dy, x + dx]
            total += weight * level.feature[y + offset[:, 0], x + offset[:, 1]]
            share += weight
    level.feature[y, x] = total / share


def _majority_offset(level: Level) -> Index:
    """The offset that most of the patches over a pixel share."""
    weights = _patch_weight(level)
    rows, columns = np.nonzero(level.gap)
    steps = np.arange(-HALF, HALF + 1)
    span = 4 * level.gap.shape[1]
    key = level.offset[..., 0] * span + level.offset[..., 1]
    outcome = np.zeros((*level.gap.shape, 2), np.intp)
    for i in range(0, len(rows), CHUNK):
        part = slice(i, i + CHUNK)
        y, x = rows[part], columns[part]
        at = (y[:, None, None] + steps[:, None], x[:, None, None] + steps)
        keys, weight = key[at].reshape(len(y), -1), weights[at].reshape(len(y), -1)
        order = np.argsort(keys, axis=1, kind="stable")
        keys, sums = np.take_along_axis(keys, order, 1), np.cumsum(np.take_along_axis(weight, order, 1), axis=1)
        last = np.diff(keys, axis=1, append=np.iinfo(np.intp).max // 2) != 0
        ends = np.where(last, sums, 0)
        before = np.maximum.accumulate(ends, axis=1)
        before = np.concatenate([np.zeros((len(y), 1), np.float32), before[:, :-1]], axis=1)
        best = np.argmax(np.where(last, sums - before, -1), axis=1)
        won = keys[np.arange(len(y)), best]
        down = np.floor_divide(won + span // 2, span)
        outcome[y, x, 0], outcome[y, x, 1] = down, won - down * span
    return outcome
