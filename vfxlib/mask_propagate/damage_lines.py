"""Lines of a key, such as scratches, followed to other frames as lines: across places where nothing tells them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.picture import Array
from vfxlib.mask_propagate.damage_features import SEEN

__all__ = ["LONG", "WIDE", "KeyLine", "find_lines", "lay_line"]

LONG, WIDE = 48, 10  # pixels: a line is at least so long, and at most so wide on each of its rows
REACH = 0.03  # of the frame's side across the line, to which it may have moved
LEAST, MOST = -1.0, 4.0  # of a score: less and more count as this, so that where it is hidden says little
BEND = 6.0  # of a score, that a step aside from row to row costs
FLANK = 0.5  # share of the score beside the line that counts against it
SEEN_AT = -0.6  # mean score along a path, from which on the line is there: where there is none nearly all are the least
NEAR = 4  # pixels beside a line that are measured with it, and where nothing else lies
FAINT = 0.02  # of a key: with less a pixel shows what is behind
WEAKEST, STRONGEST = 0.4, 1.5  # of its strength on the key, that a line can have
CLEAR = 0.2  # of the key's strength, that must be measured on the key's own frame, if others are measured by it
EIGHT = np.ones((3, 3), np.bool_)


@dataclass(frozen=True)
class KeyLine:
    """A line of a key that runs down, or across if it is turned.

    turned       True if rows are columns of the frame
    first        its first row
    left, right  [n]    the columns from and up to which it lies on each row
    profile      [n w]  the key from ``NEAR`` pixels left of it on
    colour       [3]    of the damage, working code values
    strength     its strength as it is measured on the key's frame; 1 if the key is right
    """

    turned: bool
    first: int
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    profile: Array
    colour: Array
    strength: float = 1.0

    @property
    def rows(self) -> NDArray[np.intp]:
        """[n] the rows that it lies on."""
        return np.arange(self.first, self.first + len(self.left))

    def columns(self, moves: NDArray[np.intp]) -> NDArray[np.intp]:
        """[n w] the columns of its profile, moved by some pixels [n]."""
        return np.asarray((self.left + moves)[:, None] + np.arange(self.profile.shape[1]) - NEAR)


def find_lines(key: Array, picture: Array, colour: Array) -> tuple[KeyLine, ...]:
    """The parts of a key that are long and thin.

    key      [h w]    0..1
    picture  [h w 3]  its frame, working code values
    colour   [3]      of the damage, working code values
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
        at = np.arange((right - left).max() + 2 * NEAR) + (left + columns.start)[:, None] - NEAR
        upright = key.T if turned else key
        profile = np.pad(upright, ((0, 0), (NEAR, WIDE + NEAR)))[np.arange(rows.start, rows.stop)[:, None], at + NEAR]
        line = KeyLine(turned, rows.start, left + columns.start, right + columns.start, profile, colour)
        measured = _strength(line, picture, np.zeros_like(left))
        lines.append(replace(line, strength=measured))
    return tuple(lines)


def lay_line(line: KeyLine, score: Array, picture: Array, found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is found on a frame, with a line where it has gone: by dynamic programming, the path of the best score.

    It is as wide there as the key is, at the strength that it has on this frame.

    score    [h w]    0 where the threshold is
    picture  [h w 3]  working code values
    found    [h w]
    returns  [h w]    as it was if the frame does not show the line
    """
    moves, mean = _follow(line, score.T if line.turned else score)
    if mean < SEEN_AT:
        return found
    share = 1.0
    if line.strength >= CLEAR:
        share = float(np.clip(_strength(line, picture, moves) / line.strength, WEAKEST, STRONGEST))
    result = (found.T if line.turned else found).copy()
    columns = line.columns(moves)
    inside = (columns >= 0) & (columns < result.shape[1])
    rows = np.broadcast_to(line.rows[:, None], columns.shape)
    result[rows[inside], columns[inside]] = (share * line.profile >= SEEN)[inside]
    return np.asarray(result.T if line.turned else result)


def _follow(line: KeyLine, across: Array) -> tuple[NDArray[np.intp], float]:
    """By how many pixels the line has moved on each of its rows [n], and the mean score there."""
    width = across.shape[1]
    reach = max(1, round(REACH * width))
    rows = line.rows
    sums = np.cumsum(np.pad(across[rows].clip(LEAST, MOST), ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    moves = np.arange(-reach, reach + 1)

    def mean(left: NDArray[np.intp], right: NDArray[np.intp]) -> NDArray[np.float64]:
        begin, end = ((each[:, None] + moves).clip(0, width) for each in (left, right))
        row = np.arange(len(rows))[:, None]
        inside = (sums[row, end] - sums[row, begin]) / np.maximum(end - begin, 1)
        return np.asarray(np.where(end > begin, inside, LEAST))

    inside = mean(line.left, line.right)
    beside = (mean(line.left - 1, line.left) + mean(line.right, line.right + 1)) / 2
    path = _best_path(inside - FLANK * beside)
    return moves[path], float(inside[np.arange(len(rows)), path].mean())


def _strength(line: KeyLine, picture: Array, moves: NDArray[np.intp]) -> float:
    """The strength of the key's profile in a picture: least squares, over what is seen to both sides of it."""
    upright = picture.swapaxes(0, 1) if line.turned else picture
    columns = line.columns(moves)
    pixels = upright[line.rows[:, None], columns.clip(0, upright.shape[1] - 1)].astype(np.float64)
    bare = ((line.profile < FAINT) & (columns >= 0) & (columns < upright.shape[1]))[..., None]
    below = (pixels * bare).sum(1, keepdims=True) / np.maximum(bare.sum(1, keepdims=True), 1)
    contrast, own = line.colour - below, line.profile[..., None]
    seen = (bare.any(1, keepdims=True) & (columns >= 0)[..., None] & (columns < upright.shape[1])[..., None])
    mixed = (own * (pixels - below) * contrast * seen).sum()
    return float(mixed / max(1e-9, (own * own * contrast * contrast * seen).sum()))


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
