"""Which candidate a point is copied from: a weighted consensus, outliers out, then the least expected displacement."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value, light_of, widest
from vfxlib.flow_inpaint.candidates import Candidates
from vfxlib.image.picture import Array

__all__ = ["Drift", "Selection", "best_slots", "choose", "choose_again", "expected_shift", "valid_candidates"]

Drift = float | Array
"""What the way to a source loses: pixels for each frame; or [2 r + 1] pixels, squared, by offset from -r to r."""

CHUNK = 1 << 15
OUTLIER = 4.0  # a candidate is out when it lies so many times farther from the consensus than half the others
TIME_DECAY = 0.5  # power of the distance in time by which a candidate counts less
AGREEMENT = 0.04  # code values in which candidates always agree: light that wanders, grain, small slips of the motion


@dataclass(frozen=True)
class Selection:
    """One source for each of n points.

    slot      [n]  which of the candidates was taken; 0 where there is none
    seen      [n]  True where there is one
    sharp, soft, nearest  [n 3]  its samples, linear colour
    offset    [n]  index of its frame minus this one's, 0 where unseen
    phase     [n]  its distance to the nearest pixel, pixels
    mismatch  [n]  its forward-backward disagreement, pixels
    flowing   [n]  True where more than the homography led there
    clean     [n]  True where an artist painted it
    count     [n]  candidates that agree with the consensus
    doubt     [n]  how far it lies from the consensus of the softened candidates, code values
    spread    [n]  how far the candidates that agree lie apart, sharp, mean absolute difference in code values
    crossed   [n]  True where there was nothing better than a place that something else crosses
    contested [n]  True where candidates are out, so that the neighbours should count too
    place     [n 2]  where it lies in its frame: x and y, display window's frame; [n 0] if that is not kept
    """

    slot: NDArray[np.intp]
    seen: NDArray[np.bool_]
    sharp: Array
    soft: Array
    nearest: Array
    offset: NDArray[np.int16]
    phase: Array
    mismatch: Array
    flowing: NDArray[np.bool_]
    clean: NDArray[np.bool_]
    count: NDArray[np.int16]
    doubt: Array
    spread: Array
    crossed: NDArray[np.bool_]
    contested: NDArray[np.bool_]
    place: Array


def choose(candidates: Candidates, drift: Drift) -> Selection:
    """Choose the candidate with the least expected displacement among those that agree.

    A candidate far from the weighted median of all is an outlier, a thing that passed there, and is out. Of the others
    the one is taken whose expected displacement is least: what resampling does, the position's uncertainty in time, and
    what the way back disagreed by, all in pixels.

    candidates  k of each of n points
    drift       by how much a position grows uncertain
    returns     one source per point
    """
    n = candidates.offset.shape[1]
    parts = [_choose(candidates, drift, slice(i, min(i + CHUNK, n))) for i in range(0, max(n, 1), CHUNK)]
    slot, count, doubt, spread, contested = (np.concatenate(each) for each in zip(*parts, strict=True))
    return _selection(candidates, slot, count, doubt, spread, contested)


def _selection(
    candidates: Candidates,
    slot: NDArray[np.intp],
    count: NDArray[np.int16],
    doubt: Array,
    spread: Array,
    contested: NDArray[np.bool_],
) -> Selection:
    at = np.arange(len(slot))
    return Selection(
        slot,
        np.asarray(candidates.present.any(axis=0)),
        candidates.sharp[slot, at],
        candidates.soft[slot, at],
        candidates.nearest[slot, at],
        candidates.offset[slot, at],
        candidates.phase[slot, at],
        candidates.mismatch[slot, at],
        candidates.flowing[slot, at],
        candidates.clean[slot, at],
        count,
        doubt,
        spread,
        candidates.crossed[slot, at],
        contested,
        candidates.place[slot, at],
    )


def best_slots(candidates: Candidates, drifts: Sequence[Drift]) -> list[NDArray[np.intp]]:
    """The candidates that ``choose`` takes, for several drifts at once.

    candidates  k of each of n points
    drifts      by how much a position grows uncertain
    returns     [n] for each of them; 0 where there is no candidate
    """
    n = candidates.offset.shape[1]
    slots: list[list[NDArray[np.intp]]] = [[] for _ in drifts]
    for i in range(0, max(n, 1), CHUNK):
        part = slice(i, min(i + CHUNK, n))
        agrees = _consensus(candidates, part)[0]
        for drift, found in zip(drifts, slots, strict=True):
            found.append(_least_shift(candidates, drift, part, agrees))
    return [np.concatenate(found) for found in slots]


def _choose(
    candidates: Candidates, drift: Drift, part: slice
) -> tuple[NDArray[np.intp], NDArray[np.int16], Array, Array, NDArray[np.bool_]]:
    agrees, distance, contested = _consensus(candidates, part)
    slot = _least_shift(candidates, drift, part, agrees)
    return slot, *_agreement(candidates, slot, agrees, distance, part), contested


def _consensus(candidates: Candidates, part: slice) -> tuple[NDArray[np.bool_], Array, NDArray[np.bool_]]:
    """Which candidates agree [k m], how far each lies from the consensus [k m], and where any is out [m]."""
    valid, code = valid_candidates(candidates, part), code_value(candidates.soft[:, part])
    # the nearer in time, the more a candidate counts: shadows and highlights wander
    nearness = np.maximum(np.abs(candidates.offset[:, part]), 1) ** np.float32(-TIME_DECAY)
    weight = np.where(valid, nearness, 0).astype(np.float32)
    consensus = np.stack([_weighted_median(code[..., c], weight) for c in range(3)], axis=1)
    distance = widest(code - consensus)
    agrees = valid & (distance <= np.maximum(OUTLIER * _weighted_median(distance, weight), AGREEMENT))
    agrees |= valid & ~agrees.any(axis=0)
    return agrees, distance, np.asarray((valid & (distance > AGREEMENT)).any(axis=0))


def _least_shift(
    candidates: Candidates, drift: Drift, part: slice | NDArray[np.intp], agrees: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Of the candidates that agree the one with the least expected displacement: [m]."""
    return np.asarray(np.argmin(np.where(agrees, expected_shift(candidates, drift, part), np.inf), axis=0))


def _agreement(
    candidates: Candidates,
    slot: NDArray[np.intp],
    agrees: NDArray[np.bool_],
    distance: Array,
    part: slice | NDArray[np.intp],
) -> tuple[NDArray[np.int16], Array, Array]:
    """How many candidates agree, how far the one taken lies from the consensus, and how far the others from it."""
    at = np.arange(slot.size)
    count = agrees.sum(axis=0).astype(np.int16)
    sharp = code_value(candidates.sharp[:, part])
    apart = light_of(np.abs(sharp - sharp[slot, at]))
    spread = np.where(agrees, apart, 0).sum(axis=0) / np.maximum(count - 1, 1)
    return count, distance[slot, at].astype(np.float32), spread.astype(np.float32)


def valid_candidates(candidates: Candidates, part: slice | NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell which candidates count: where there is one from an artist's frame, only such do.

    part     some of the n points
    returns  [k m]
    """
    present, clean = candidates.offset[:, part] != 0, candidates.clean[:, part]
    return np.asarray(present & (clean | ~clean.any(axis=0)))


def expected_shift(candidates: Candidates, drift: Drift, part: slice | NDArray[np.intp]) -> Array:
    """By how many pixels, squared, a candidate may be beside the truth.

    drift    by how much a position grows uncertain
    part     some of the n points
    returns  [k m]  what resampling does, what the position loses with time, what the way back disagrees by
    """
    phase, offset, mismatch = candidates.phase[:, part], candidates.offset[:, part], candidates.mismatch[:, part]
    if isinstance(drift, np.ndarray):
        middle = len(drift) // 2
        away = drift[np.clip(offset, -middle, middle) + middle]
    else:
        away = (drift * offset) ** 2
    return np.asarray(phase**2 + away + mismatch**2, np.float32)


def _weighted_median(values: Array, weight: Array) -> Array:
    """Weighted median over the first axis: where the weights below and above balance; 0 of nothing.

    values   [k n]  any values
    weight   [k n]  0 where there is none
    """
    order = np.argsort(np.where(weight > 0, values, np.float32(np.inf)), axis=0, kind="stable")
    ordered, sums = np.take_along_axis(values, order, 0), np.cumsum(np.take_along_axis(weight, order, 0), axis=0)
    half = 0.5 * sums[-1]
    # where the weights balance exactly between two values, their mean is the median
    low = np.argmax(sums >= half * np.float32(1 - 1e-6), axis=0)
    high = np.argmax(sums > half * np.float32(1 + 1e-6), axis=0)
    pair = np.take_along_axis(ordered, low[None], 0)[0], np.take_along_axis(ordered, high[None], 0)[0]
    return np.where(half > 0, (pair[0] + pair[1]) / 2, 0).astype(np.float32)


def choose_again(
    selection: Selection, candidates: Candidates, drift: Drift, part: NDArray[np.intp], winner: NDArray[np.intp]
) -> Selection:
    """Choose again at some points, now that it is known which candidate is right.

    selection   one source for each of n points
    candidates  of the n points
    drift       by how much a position grows uncertain
    part        [m]  the points
    winner      [m]  the candidate that is right there; the best is taken of those that look like it
    returns     the selection, changed at these points
    """
    valid, code = valid_candidates(candidates, part), code_value(candidates.soft[:, part])
    distance = widest(code - code[winner, np.arange(len(part))])
    agrees = valid & (distance <= AGREEMENT)
    best = _least_shift(candidates, drift, part, agrees)
    slot, count, spread = selection.slot.copy(), selection.count.copy(), selection.spread.copy()
    slot[part] = best
    count[part], _, spread[part] = _agreement(candidates, best, agrees, distance, part)
    return _selection(candidates, slot, count, selection.doubt, spread, selection.contested)
