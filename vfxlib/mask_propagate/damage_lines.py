"""Lines of a key, such as scratches, followed to other frames as lines: across places where nothing tells them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.picture import Array
from vfxlib.mask_propagate.damage_features import SEEN

__all__ = ["KeyLine", "find_lines", "lay_line"]

LONG, WIDE = 48, 10  # pixels: a line is at least so long, and at most so wide on each of its rows
REACH = 0.03  # of the frame's side across the line, to which it may have moved
MOST = 4.0  # of a score, to either side: more counts as this
BEND = 1.0  # of a score, that a step aside from row to row costs
FLANK = 0.5  # share of the score beside the line that counts against it
NEAR, BESIDE = 4, 1  # pixels beside a line that is followed: nothing else lies there, but that it may be wider
EIGHT = np.ones((3, 3), np.bool_)


@dataclass(frozen=True)
class KeyLine:
    """A line of a key that runs down, or across if it is turned.

    turned       True if rows are columns of the frame
    first        its first row
    left, right  [n]  the columns from and up to which it lies on each row
    """

    turned: bool
    first: int
    left: NDArray[np.intp]
    right: NDArray[np.intp]


def find_lines(key: Array) -> tuple[KeyLine, ...]:
    """The parts of a key that are long and thin.

    key  [h w]  0..1
    """
    lines = []
    labels, _ = ndimage.label(key >= SEEN, EIGHT)
    for number, box in enumerate(ndimage.find_objects(labels), 1):
        part = labels[box] == number
        turned = part.shape[1] > part.shape[0]
        if turned:
            part = part.T
        left = part.argmax(1)
        right = part.shape[1] - part[:, ::-1].argmax(1)
        if len(part) < LONG or not part.any(1).all() or (right - left).max() > WIDE:
            continue
        rows, columns = (box[1], box[0]) if turned else box
        lines.append(KeyLine(turned, rows.start, left + columns.start, right + columns.start))
    return tuple(lines)


def lay_line(line: KeyLine, score: Array, found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is found on a frame, with a line where it has gone: by dynamic programming, the path of the best score.

    score    [h w]  0 where the threshold is
    found    [h w]
    returns  [h w]  as it was if the frame does not show the line
    """
    across = score.T if line.turned else score
    width = across.shape[1]
    reach = max(1, round(REACH * width))
    rows = np.arange(line.first, line.first + len(line.left))
    sums = np.cumsum(np.pad(across[rows].clip(-MOST, MOST), ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    moves = np.arange(-reach, reach + 1)

    def mean(left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float64]:
        begin, end = ((each[:, None] + moves).clip(0, width) for each in (left, right))
        row = np.arange(len(rows))[:, None]
        inside = (sums[row, end] - sums[row, begin]) / np.maximum(end - begin, 1)
        return np.asarray(np.where(end > begin, inside, -MOST))

    inside = mean(line.left, line.right)
    beside = (mean(line.left - 1, line.left) + mean(line.right, line.right + 1)) / 2
    path = _best_path(inside - FLANK * beside)
    if inside[np.arange(len(rows)), path].mean() < 0:
        return found
    result = (found.T if line.turned else found).copy()
    for row, left, right in zip(rows, line.left + moves[path], line.right + moves[path], strict=True):
        result[row, max(0, left - NEAR) : max(0, left - BESIDE)] = False
        result[row, max(0, left) : max(0, right)] = True
        result[row, max(0, right + BESIDE) : max(0, right + NEAR)] = False
    return np.asarray(result.T if line.turned else result)


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
