"""Lines of a key, such as scratches, followed to other frames as lines: across places where nothing tells them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.picture import Array
from vfxlib.mask_propagate.damage_features import SEEN

__all__ = ["LONG", "WIDE", "KeyLine", "find_lines", "follow_line", "has_moved", "lay_line", "measure_line"]

LONG, WIDE = 48, 10  # pixels: a line is at least so long, and at most so wide on each of its rows
REACH = 0.03  # of the frame's side across the line, to which it may have moved
LEAST, MOST = -1.0, 4.0  # of a score: less and more count as this, so that where it is hidden says little
BEND = 6.0  # of a score, that a step aside from row to row costs
FLANK = 0.5  # share of the score beside the line that counts against it
SEEN_AT = -0.6  # mean score along a path, from which on the line is there: where there is none nearly all are the least
SMOOTH, SMOOTH_KEY = 41, 9  # rows over which its place is measured, on a frame and in the key
SURE = 0.2  # of a pixel, that the path itself weighs beside what is told around it
STILL = 0.5  # pixels that a line is off at most, if it is at its place in the key
NARROWEST, WIDEST = 0.6, 1.25  # times as wide as in the key, that a line can be
RIM = 2  # pixels beside a line in which its width is measured
NEAR = 4  # pixels beside a line where nothing else lies
EIGHT = np.ones((3, 3), np.bool_)
Figures = NDArray[np.float64]


@dataclass(frozen=True)
class KeyLine:
    """A line of a key that runs down, or across if it is turned.

    part    its number among the parts of the key
    turned  True if rows are columns of the frame
    first   its first row
    centre  [n]  the column of its middle on each row, pixels, between two of them too
    half    [n]  half its width
    told    pixels of a row that are told of it on the key's own frame; 0 if that was not measured
    """

    part: int
    turned: bool
    first: int
    centre: Figures
    half: Figures
    told: float = 0.0


def find_lines(key: Array) -> tuple[KeyLine, ...]:
    """The parts of a key that are long and thin.

    key  [h w]  0..1
    """
    lines = []
    labels, _ = ndimage.label(key >= SEEN, EIGHT)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        part = labels[box] == number
        turned = part.shape[1] > part.shape[0]
        upright = part.T if turned else part
        size = upright.sum(1)
        if len(upright) < LONG or not size.all() or size.max() > WIDE:
            continue
        own = np.where(part, key[box], 0).astype(np.float64)
        own = own.T if turned else own
        rows, columns = (box[1], box[0]) if turned else box
        middle = (own * np.arange(own.shape[1])).sum(1) / own.sum(1)
        centre, half = (ndimage.uniform_filter1d(each, SMOOTH_KEY, mode="nearest") for each in (middle, size / 2))
        lines.append(KeyLine(number, turned, rows.start, centre + columns.start, half))
    return tuple(lines)


def measure_line(line: KeyLine, score: Array) -> KeyLine:
    """The line with what is told of its width on the key's frame: other frames are measured by that.

    score  [h w]  0 where the threshold is
    """
    return replace(line, told=_told(line, _across(line, score), line.centre))


def follow_line(line: KeyLine, score: Array) -> Figures | None:
    """Where the middle of a line is on a frame: by dynamic programming, the path of the best score.

    score    [h w]  0 where the threshold is
    returns  [n]    its column on each of its rows, pixels, between two of them too; None if the frame does not show it
    """
    across = _across(line, score)
    moves, mean = _follow(line, across)
    return None if mean < SEEN_AT else line.centre + _refined(line, across, moves)


def lay_line(line: KeyLine, centre: Figures, score: Array, found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is found on a frame, with a line where it has gone, as wide as what is told of it there.

    centre   [n]    from ``follow_line``
    score    [h w]  0 where the threshold is
    found    [h w]
    """
    across = _across(line, score)
    told = _told(line, across, centre)
    half = line.half * (np.clip(told / line.told, NARROWEST, WIDEST) if told > 0 and line.told > 0 else 1)
    away = np.abs(np.arange(across.shape[1]) - centre[:, None])
    inside = away <= np.maximum(half, away.min(1))[:, None]
    result = (found.T if line.turned else found).copy()
    rows = slice(line.first, line.first + len(centre))
    result[rows] = np.where(away <= line.half[:, None] + NEAR, inside, result[rows])
    return np.asarray(result.T if line.turned else result)


def has_moved(line: KeyLine, centre: Figures) -> bool:
    """True of a line that is not at its place in the key; ``centre`` [n] from ``follow_line``."""
    return bool(np.median(np.abs(centre - line.centre)) > STILL)


def _across(line: KeyLine, score: Array) -> Array:
    """The scores of the line's rows: [n w]."""
    return (score.T if line.turned else score)[line.first : line.first + len(line.centre)]


def _told(line: KeyLine, across: Array, centre: Figures) -> float:
    """How many pixels of a row are told where the line is, on rows that have any."""
    near = np.abs(np.arange(across.shape[1]) - centre[:, None]) <= line.half[:, None] + RIM
    count = ((across >= 0) & near).sum(1)
    return float(count[count > 0].mean()) if count.any() else 0.0


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
    path = _best_path(inside - FLANK * beside)
    return moves[path], float(inside[np.arange(len(across)), path].mean())


def _refined(line: KeyLine, across: Array, moves: NDArray[np.intp]) -> Figures:
    """The same to parts of a pixel: the middle of what is told around the path, over some rows: [n]."""
    reach = np.arange(-NEAR, NEAR + 1) + np.rint(line.centre).astype(np.intp)[:, None] + moves[:, None]
    told = 1 / (1 + np.exp(-across[np.arange(len(across))[:, None], reach.clip(0, across.shape[1] - 1)].clip(-30, 30)))
    told *= (
        (reach >= 0)
        & (reach < across.shape[1])
        & (np.abs(reach - (line.centre + moves)[:, None]) <= line.half[:, None] + 1)
    )
    weight = told.sum(1) + SURE
    moved = (told * (reach - line.centre[:, None])).sum(1) + SURE * moves
    over = [ndimage.uniform_filter1d(each, SMOOTH, mode="nearest") for each in (moved, weight)]
    return np.asarray(over[0] / over[1])


def _best_path(worth: NDArray[np.float64]) -> NDArray[np.intp]:
    """The column of each row that a path of most worth takes, which moves by one column a row at most: [n]."""
    total = worth[0]
    came = np.zeros(worth.shape, np.intp)
    columns = np.arange(worth.shape[1])
    for row in range(1, len(worth)):
        wide = np.pad(total, 1, constant_values=-np.inf)
        choices = np.stack((wide[:-2] - BEND, wide[1:-1], wide[2:] - BEND))
        best = choices.argmax(0)
        came[row] = columns + best - 1
        total = choices.max(0) + worth[row]
    path = np.empty(len(worth), np.intp)
    path[-1] = total.argmax()
    for row in range(len(worth) - 1, 0, -1):
        path[row - 1] = came[row, path[row]]
    return path
