"""Lines of a key, such as scratches, followed to other frames as lines: across places where nothing tells them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.morphology import connected_components, hysteresis
from vfxlib.image.picture import Array
from vfxlib.layer_names import DAMAGE_THRESHOLD

__all__ = [
    "Figures",
    "KeyLine",
    "best_path",
    "drop_weak",
    "find_lines",
    "follow_line",
    "has_moved",
    "is_line",
    "lay_line",
    "mostly_lines",
]

LONG, WIDE = 48, 10  # pixels: a line is at least so long, and at most so wide on each of its rows
REACH = 0.03  # of the frame's side across the line, to which it may have moved
LEAST, MOST = -1.0, 4.0  # of a score: less and more count as this, so that where it is hidden says little
BEND = 6.0  # of a score, that a step aside from row to row costs
FLANK = 0.5  # share of the score beside the line that counts against it
SEEN_AT = -0.6  # mean score along a path, from which on the line is there: where there is none nearly all are the least
SMOOTH, SMOOTH_KEY = 41, 9  # rows over which its place is smoothed, on a frame and in the key
SMOOTH_HALF = 81  # rows over which its width is
STILL = 0.5  # pixels that a line is off at most, if it is at its place in the key
NEAR = 4  # pixels beside a line where nothing else lies
MOSTLY = 0.9  # share of a key's damage in its lines, if it has little else
STRONG = 8.0  # of a score, that a part must have somewhere if it hangs at no line and keys have little but lines
Figures = NDArray[np.float64]


@dataclass(frozen=True)
class KeyLine:
    """A line of a key that runs down, or across if it is turned.

    part    its number among the parts of the key
    turned  True if rows are columns of the frame
    first   its first row
    centre  [n]  the column of its middle on each row, pixels, between two of them too
    half    [n]  half its width
    """

    part: int
    turned: bool
    first: int
    centre: Figures
    half: Figures


def find_lines(key: Array) -> tuple[KeyLine, ...]:
    """The parts of a key that are long and thin.

    key  [h w]  0..1
    """
    lines = []
    labels, _ = connected_components(key >= DAMAGE_THRESHOLD)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        part = labels[box] == number
        if not is_line(part):
            continue
        turned = part.shape[1] > part.shape[0]
        size = part.sum(0 if turned else 1)
        own = np.where(part, key[box], 0).astype(np.float64)
        own = own.T if turned else own
        rows, columns = (box[1], box[0]) if turned else box
        middle = (own * np.arange(own.shape[1])).sum(1) / own.sum(1)
        centre = ndimage.uniform_filter1d(middle, SMOOTH_KEY, mode="nearest")
        half = ndimage.uniform_filter1d(size / 2, SMOOTH_HALF, mode="nearest")
        lines.append(KeyLine(number, turned, rows.start, centre + columns.start, half))
    return tuple(lines)


def is_line(part: NDArray[np.bool_]) -> bool:
    """True of what is long and thin: on no row, or on no column if it lies across, it is wide.

    part  [h w]  pixels that hang together
    """
    rows, columns = np.flatnonzero(part.any(1)), np.flatnonzero(part.any(0))
    tall, wide = (np.ptp(each) + 1 if len(each) else 0 for each in (rows, columns))
    return bool(max(tall, wide) >= LONG and part.sum(1 if tall >= wide else 0).max() <= WIDE)


def follow_line(line: KeyLine, score: Array) -> Figures | None:
    """About where the middle of a line is on a frame: by dynamic programming, the path of the best score.

    score    [h w]  0 where the threshold is
    returns  [n]    its column on each of its rows; None if the frame does not show it
    """
    moves, mean = _follow(line, (score.T if line.turned else score)[line.first : line.first + len(line.centre)])
    if mean < SEEN_AT:
        return None
    return line.centre + ndimage.uniform_filter1d(moves.astype(np.float64), SMOOTH, mode="nearest")


def lay_line(line: KeyLine, centre: Figures, half: Figures, found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is found on a frame, with a line where it has gone.

    centre, half  [n]  its column and half its width on each row, from ``vfxlib.mask_propagate.damage_profile``
    found         [h w]
    """
    result = (found.T if line.turned else found).copy()
    away = np.abs(np.arange(result.shape[1]) - centre[:, None])
    inside = away <= np.maximum(half, away.min(1))[:, None]
    rows = slice(line.first, line.first + len(centre))
    result[rows] = np.where(away <= line.half[:, None] + NEAR, inside, result[rows])
    return np.asarray(result.T if line.turned else result)


def mostly_lines(lines: Sequence[KeyLine], keys: Sequence[Array]) -> bool:
    """True if lines are nearly all the damage of keys; each key [h w] 0..1."""
    marked = sum(int((key >= DAMAGE_THRESHOLD).sum()) for key in keys)
    return sum(2 * float(line.half.sum()) for line in lines) >= MOSTLY * max(1, marked)


def drop_weak(found: NDArray[np.bool_], laid: NDArray[np.bool_], score: Array) -> NDArray[np.bool_]:
    """What is found, without parts that hang at no line and are nowhere strong: edges of the picture look like lines.

    found, laid  [h w]  all that is found, and the lines of it
    score        [h w]  0 where the threshold is
    """
    return hysteresis(found, np.where(laid, np.inf, score), STRONG)


def has_moved(line: KeyLine, centre: Figures) -> bool:
    """True of a line that is not at its place in the key; ``centre`` [n] from ``follow_line``."""
    return bool(np.median(np.abs(centre - line.centre)) > STILL)


def _follow(line: KeyLine, across: Array) -> tuple[NDArray[np.intp], float]:
    """By how many pixels the line has moved on each of its rows [n], and the mean score there.

    across  [n w]  scores of its rows
    """
    width = across.shape[1]
    reach = max(1, round(REACH * width))
    sums = np.cumsum(np.pad(across.clip(LEAST, MOST), ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    moves = np.arange(-reach, reach + 1)
    left = np.rint(line.centre - line.half + 0.5).astype(np.intp)
    right = np.maximum(np.rint(line.centre + line.half + 0.5).astype(np.intp), left + 1)

    def mean(left: NDArray[np.intp], right: NDArray[np.intp]) -> Figures:
        begin, end = ((each[:, None] + moves).clip(0, width) for each in (left, right))
        row = np.arange(len(across))[:, None]
        inside = (sums[row, end] - sums[row, begin]) / np.maximum(end - begin, 1)
        return np.asarray(np.where(end > begin, inside, LEAST))

    inside = mean(left, right)
    beside = (mean(left - 1, left) + mean(right, right + 1)) / 2
    path = best_path(inside - FLANK * beside, BEND)
    return moves[path], float(inside[np.arange(len(across)), path].mean())


def best_path(worth: Figures, bend: float) -> NDArray[np.intp]:
    """The column of each row that a path of most worth takes, which moves by one column a row at most: [n].

    worth  [n w]  of each row's columns
    bend   of a worth, that a step aside costs
    """
    total = worth[0]
    came = np.zeros(worth.shape, np.intp)
    columns = np.arange(worth.shape[1])
    for row in range(1, len(worth)):
        wide = np.pad(total, 1, constant_values=-np.inf)
        choices = np.stack((wide[:-2] - bend, wide[1:-1], wide[2:] - bend))
        best = choices.argmax(0)
        came[row] = columns + best - 1
        total = choices.max(0) + worth[row]
    path = np.empty(len(worth), np.intp)
    path[-1] = total.argmax()
    for row in range(len(worth) - 1, 0, -1):
        path[row - 1] = came[row, path[row]]
    return path
