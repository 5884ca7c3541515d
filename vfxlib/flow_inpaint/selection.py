"""Which of the frames that show a point it is copied from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value, light_of, widest
from vfxlib.flow_inpaint.candidates import Candidates
from vfxlib.image.picture import Array

__all__ = ["Choice", "choose", "expected_shift", "rechosen", "valid_candidates"]

CHUNK = 1 << 15
DOUBT = 4.0  # a vote is out when it lies so many times farther from the consensus than half the others
FADING = 0.5  # power of the distance in time by which a vote counts less
TOLERANCE = 0.04  # code values in which votes always agree: light that wanders, grain, small slips of the motion


@dataclass(frozen=True)
class Choice:
    """One source for each of n points.

    slot      [n]  which of the votes was taken; 0 where there is none
    seen      [n]  True where there is one
    sharp, soft, nearest  [n 3]  its samples, linear colour
    offset    [n]  its frame minus this one, 0 where unseen
    phase     [n]  its distance to the nearest pixel, pixels
    mismatch  [n]  its forward-backward disagreement, pixels
    flowing   [n]  True where more than the homography led there
    clean     [n]  True where an artist painted it
    count     [n]  votes that agree with the consensus
    doubt     [n]  how far it lies from the consensus of the softened votes, code values
    spread    [n]  how far the votes that agree lie apart, sharp, mean absolute difference in code values
    crossed   [n]  True where there was nothing better than a place that something else crosses
    contested [n]  True where votes are out, so that neighbours should be heard too
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


def choose(votes: Candidates, drift: float) -> Choice:
    """Choose the vote with the least expected error among those that agree.

    A vote far from the median of all is a thing that passed there and is out. Of the others the one is taken whose
    expected displacement is least: what resampling does, the position's uncertainty in time, and what the way back
    disagreed by, all in pixels.

    votes    k votes on each of n points
    drift    pixels by which a position grows uncertain per frame
    returns  one source per point
    """
    n = votes.offset.shape[1]
    parts = [_choose(votes, drift, slice(i, min(i + CHUNK, n))) for i in range(0, max(n, 1), CHUNK)]
    slot, count, doubt, spread, contested = (np.concatenate(each) for each in zip(*parts, strict=True))
    return _choice(votes, slot, count, doubt, spread, contested)


def _choice(
    votes: Candidates,
    slot: NDArray[np.intp],
    count: NDArray[np.int16],
    doubt: Array,
    spread: Array,
    contested: NDArray[np.bool_],
) -> Choice:
    at = np.arange(len(slot))
    return Choice(
        slot,
        np.asarray(votes.cast.any(axis=0)),
        votes.sharp[slot, at],
        votes.soft[slot, at],
        votes.nearest[slot, at],
        votes.offset[slot, at],
        votes.phase[slot, at],
        votes.mismatch[slot, at],
        votes.flowing[slot, at],
        votes.clean[slot, at],
        count,
        doubt,
        spread,
        votes.crossed[slot, at],
        contested,
    )


def _choose(
    votes: Candidates, drift: float, part: slice
) -> tuple[NDArray[np.intp], NDArray[np.int16], Array, Array, NDArray[np.bool_]]:
    heard, code = valid_candidates(votes, part), code_value(votes.soft[:, part])
    # the nearer in time, the more a vote counts: shadows and highlights wander
    weight = np.where(heard, np.maximum(np.abs(votes.offset[:, part]), 1) ** np.float32(-FADING), 0).astype(np.float32)
    consensus = np.stack([_median(code[..., c], weight) for c in range(3)], axis=1)
    away = widest(code - consensus)
    usual = _median(away, weight)
    agrees = heard & (away <= np.maximum(DOUBT * usual, TOLERANCE))
    agrees |= heard & ~agrees.any(axis=0)
    slot = np.argmin(np.where(agrees, expected_shift(votes, drift, part), np.inf), axis=0)
    contested = np.asarray((heard & (away > TOLERANCE)).any(axis=0))
    return slot, *_agreement(votes, slot, agrees, away, part), contested


def _agreement(
    votes: Candidates, slot: NDArray[np.intp], agrees: NDArray[np.bool_], away: Array, part: slice | NDArray[np.intp]
) -> tuple[NDArray[np.int16], Array, Array]:
    at = np.arange(slot.size)
    count = agrees.sum(axis=0).astype(np.int16)
    taken = code_value(votes.sharp[:, part])
    apart = light_of(np.abs(taken - taken[slot, at]))
    spread = np.where(agrees, apart, 0).sum(axis=0) / np.maximum(count - 1, 1)
    return count, away[slot, at].astype(np.float32), spread.astype(np.float32)


def valid_candidates(votes: Candidates, part: slice | NDArray[np.intp]) -> NDArray[np.bool_]:
    """Candidates that count: an artist's frame outvotes the plate's, so where there is one only such are heard.

    part     some of the n points
    returns  [k m]
    """
    cast, clean = votes.offset[:, part] != 0, votes.clean[:, part]
    return np.asarray(cast & (clean | ~clean.any(axis=0)))


def expected_shift(votes: Candidates, drift: float, part: slice | NDArray[np.intp]) -> Array:
    """By how many pixels, squared, a vote may be beside the truth.

    returns  [k m]  what resampling does, what the position loses with time, what the way back disagrees by
    """
    return np.asarray(
        votes.phase[:, part] ** 2 + (drift * votes.offset[:, part]) ** 2 + votes.mismatch[:, part] ** 2, np.float32
    )


def _median(values: Array, weight: Array) -> Array:
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


def rechosen(
    choice: Choice, votes: Candidates, drift: float, part: NDArray[np.intp], winner: NDArray[np.intp]
) -> Choice:
    """Choose again at some points, now that it is known which vote is right.

    choice   one source for each of n points
    part     [m]  the points
    winner   [m]  the vote that is right there; the best is taken of those that look like it
    returns  the choice, changed at these points
    """
    heard, code = valid_candidates(votes, part), code_value(votes.soft[:, part])
    away = widest(code - code[winner, np.arange(len(part))])
    agrees = heard & (away <= TOLERANCE)
    best = np.argmin(np.where(agrees, expected_shift(votes, drift, part), np.inf), axis=0)
    slot, count, doubt, spread = choice.slot.copy(), choice.count.copy(), choice.doubt.copy(), choice.spread.copy()
    slot[part] = best
    count[part], _, spread[part] = _agreement(votes, best, agrees, away, part)
    return _choice(votes, slot, count, doubt, spread, choice.contested)
