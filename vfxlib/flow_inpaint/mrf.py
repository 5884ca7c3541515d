"""Candidates that contradict each other, settled by what lies around them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value, widest
from vfxlib.flow_inpaint.candidates import Candidates
from vfxlib.flow_inpaint.selection import Choice, expected_shift, rechosen, valid_candidates
from vfxlib.image.picture import Array

__all__ = ["icm"]

AROUND = tuple((r * dy, r * dx) for r in (1, 2, 4) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx)
ROUNDS = 8
CHUNK = 1 << 13
ENOUGH = 0.2  # code values: more than this is simply different
PIXEL = 0.01  # code values that a pixel of expected displacement is worth
MAJORITY = 0.15  # what the other votes on a point weigh against its neighbours


def icm(
    choice: Choice,
    votes: Candidates,
    drift: float,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    image: Array,
    known: NDArray[np.bool_],
) -> Choice:
    """Choose again where votes contradict each other: the one that fits what lies around it, and most of the others.

    Iterated conditional modes (Besag 1986) on contested pixels alone; all of them step at once, so that the order of
    pixels does not matter.

    choice         one source per point, by the votes on it alone
    votes          votes on the n points
    drift          pixels by which a position grows uncertain per frame
    rows, columns  [n]  where the points lie in the image
    image          [h w 3]  linear colour of this frame
    known          [h w]    where it may be compared with
    returns        the choice, changed where neighbours decide
    """
    part = np.flatnonzero(choice.contested & choice.seen)
    if len(part) == 0:
        return choice
    # only the part of the picture that is looked at
    margin = max(abs(dy) for dy, _ in AROUND)
    top, left = max(int(rows[part].min()) - margin, 0), max(int(columns[part].min()) - margin, 0)
    box = (slice(top, int(rows[part].max()) + margin + 1), slice(left, int(columns[part].max()) + margin + 1))
    sure = known[box] & np.isfinite(image[box]).all(axis=2)
    canvas = np.where(sure[..., None], code_value(np.where(sure[..., None], image[box], 0)), np.nan).astype(np.float32)
    inside = (rows >= top) & (rows < box[0].stop) & (columns >= left) & (columns < box[1].stop) & choice.seen
    canvas[rows[inside] - top, columns[inside] - left] = code_value(choice.soft[inside])
    canvas = np.pad(canvas, ((margin, margin), (margin, margin), (0, 0)), constant_values=np.nan)
    y, x = rows[part] - top + margin, columns[part] - left + margin

    heard, code = valid_candidates(votes, part), code_value(votes.soft[:, part])
    own = _own(votes, drift, part, heard, code)
    winner = choice.slot[part]
    for _ in range(ROUNDS):
        before = winner
        winner = np.concatenate(
            [
                np.argmin(own[:, at] + _beside(canvas, y[at], x[at], code[:, at]), axis=0)
                for at in (slice(i, i + CHUNK) for i in range(0, len(part), CHUNK))
            ]
        )
        canvas[y, x] = code[winner, np.arange(len(part))]
        if np.array_equal(winner, before):
            break
    return rechosen(choice, votes, drift, part, winner)


def _own(votes: Candidates, drift: float, part: NDArray[np.intp], heard: NDArray[np.bool_], code: Array) -> Array:
    """What speaks against each vote by itself: distance from the others, and expected displacement."""
    count = np.maximum(heard.sum(axis=0), 1)
    against = np.zeros(heard.shape, np.float32)
    for other in range(len(code)):
        gap = np.minimum(widest(code - code[other]), ENOUGH)
        against += np.where(heard[other], gap, 0)
    shift = np.sqrt(expected_shift(votes, drift, part))
    cost = MAJORITY * against / count + PIXEL * np.minimum(shift, 8)
    return np.where(heard, cost, np.inf).astype(np.float32)


def _beside(canvas: Array, y: NDArray[np.intp], x: NDArray[np.intp], code: Array) -> Array:
    """Mean truncated distance from the neighbours; 0 where there is none."""
    total, count = np.zeros(code.shape[:2], np.float32), np.zeros(len(y), np.float32)
    for dy, dx in AROUND:
        beside = canvas[y + dy, x + dx]
        there = ~np.isnan(beside[:, 0])
        gap = np.minimum(widest(code - np.where(there[:, None], beside, 0)), ENOUGH)
        total += np.where(there, gap, 0)
        count += there
    return np.asarray(total / np.maximum(count, 1), np.float32)
