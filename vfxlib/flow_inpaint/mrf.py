"""A Markov random field over candidates that contradict each other: by ICM, neighbours decide."""

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value
from vfxlib.flow_inpaint.candidates import Candidates
from vfxlib.flow_inpaint.selection import Drift, Selection, choose_again, expected_shift, valid_candidates
from vfxlib.image.picture import Array

__all__ = ["icm"]

NEIGHBOURS = tuple((r * dy, r * dx) for r in (1, 2, 4) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx)
ROUNDS = 8
CHUNK = 1 << 13
TRUNCATION = 0.2  # code values: more than this is simply different
SHIFT_WEIGHT = 0.01  # code values that a pixel of expected displacement is worth
CONSENSUS_WEIGHT = 0.15  # what the other candidates of a point weigh against its neighbours


def icm(
    selection: Selection,
    candidates: Candidates,
    drift: Drift,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    image: Array,
    known: NDArray[np.bool_],
) -> Selection:
    """Choose again where candidates contradict each other: what fits the neighbours, and most of the others.

    Iterated conditional modes (Besag 1986) on contested pixels alone; all of them step at once, so that the order of
    pixels does not matter. The unary cost of a candidate is its distance from the others and its expected
    displacement, the pairwise cost its truncated distance from the neighbours.

    selection      one source per point, by its own candidates alone
    candidates     of the n points
    drift          by how much a position grows uncertain
    rows, columns  [n]  where the points lie in the image
    image          [h w 3]  linear colour of this frame
    known          [h w]    where it may be compared with
    returns        the selection, changed where neighbours decide
    """
    part = np.flatnonzero(selection.contested & selection.seen)
    if len(part) == 0:
        return selection
    # only the part of the picture that is looked at
    margin = max(abs(dy) for dy, _ in NEIGHBOURS)
    top, left = max(int(rows[part].min()) - margin, 0), max(int(columns[part].min()) - margin, 0)
    box = (slice(top, int(rows[part].max()) + margin + 1), slice(left, int(columns[part].max()) + margin + 1))
    comparable = (known[box] & np.isfinite(image[box]).all(axis=2))[..., None]
    canvas = np.where(comparable, code_value(np.where(comparable, image[box], 0)), np.nan).astype(np.float32)
    inside = (rows >= top) & (rows < box[0].stop) & (columns >= left) & (columns < box[1].stop) & selection.seen
    canvas[rows[inside] - top, columns[inside] - left] = code_value(selection.soft[inside])
    canvas = np.pad(canvas, ((margin, margin), (margin, margin), (0, 0)), constant_values=np.nan)
    planes = np.ascontiguousarray(np.moveaxis(canvas, 2, 0))  # channel by channel: what is compared lies side by side
    y, x = rows[part] - top + margin, columns[part] - left + margin

    valid = valid_candidates(candidates, part)
    code = np.ascontiguousarray(np.moveaxis(code_value(candidates.soft[:, part]), 2, 0))
    unary = _unary_cost(candidates, drift, part, valid, code)
    winner = selection.slot[part]
    for _ in range(ROUNDS):
        before = winner
        winner = np.concatenate(
            [
                np.argmin(unary[:, at] + _pairwise_cost(planes, y[at], x[at], code[:, :, at]), axis=0)
                for at in (slice(i, i + CHUNK) for i in range(0, len(part), CHUNK))
            ]
        )
        planes[:, y, x] = code[:, winner, np.arange(len(part))]
        if np.array_equal(winner, before):
            break
    return choose_again(selection, candidates, drift, part, winner)


def _unary_cost(
    candidates: Candidates, drift: Drift, part: NDArray[np.intp], valid: NDArray[np.bool_], code: Array
) -> Array:
    """What speaks against each candidate by itself: distance from the others, and expected displacement.

    code  [3 k m]  code values
    """
    count = np.maximum(valid.sum(axis=0), 1)
    apart = np.zeros(valid.shape, np.float32)
    for other in range(code.shape[1]):
        apart += np.where(valid[other], _truncated(code, code[:, other]), 0)
    shift = np.sqrt(expected_shift(candidates, drift, part))
    cost = CONSENSUS_WEIGHT * apart / count + SHIFT_WEIGHT * np.minimum(shift, 8)
    return np.where(valid, cost, np.inf).astype(np.float32)


def _pairwise_cost(planes: Array, y: NDArray[np.intp], x: NDArray[np.intp], code: Array) -> Array:
    """Mean truncated distance from the neighbours; 0 where there is none.

    planes  [3 h w]  code values of the picture; NaN where it may not be compared with
    code    [3 k m]  code values of the candidates
    """
    total, count = np.zeros(code.shape[1:], np.float32), np.zeros(len(y), np.float32)
    flat, at = planes.reshape(3, -1), y * planes.shape[2] + x
    for dy, dx in NEIGHBOURS:
        neighbour = flat.take(at + (dy * planes.shape[2] + dx), axis=1)
        present = ~np.isnan(neighbour[0])
        distance = _truncated(code, np.where(present, neighbour, 0))
        total += np.where(present, distance, 0)
        count += present
    return np.asarray(total / np.maximum(count, 1), np.float32)


def _truncated(code: Array, other: Array) -> Array:
    """Largest difference of the three channels, truncated: [k m] of [3 k m] and [3 m]."""
    most = np.abs(code[0] - other[0])
    for c in (1, 2):
        np.maximum(most, np.abs(code[c] - other[c]), out=most)
    return np.asarray(np.minimum(most, np.float32(TRUNCATION)))
