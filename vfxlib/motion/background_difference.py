"""Background subtraction: how far a frame differs from its registered neighbours, and what moves by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.field import Matrix, Motion
from vfxlib.motion.sampling import pixel_grid, sample

__all__ = ["BackgroundDifference", "background_difference", "moves_by_itself"]

FEWEST = 2  # neighbours that must show a place
RIM = 2  # pixels along a neighbour's edge that are not trusted
SHIFTS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))  # pixels down and right by which a registration may be wrong
NO_MATCH = np.float32(9.0)  # code values, more than any two pixels differ by
SMOOTH = 3


@dataclass(frozen=True)
class BackgroundDifference:
    """How much a frame differs from what its registered neighbours show; mean absolute difference in code values.

    second  [h w]  to the second nearest of them: one alone may show the object too
    median  [h w]  to the median of them: background is seen by most
    known   [h w]  True where two or more show the place; 0 elsewhere in the others
    """

    second: Array
    median: Array
    known: NDArray[np.bool_]


def background_difference(frame: Array, others: Sequence[tuple[Array, Matrix]]) -> BackgroundDifference:
    """Compare a frame with its registered neighbours.

    frame    [h w c]  working code values; of a part of the picture the homographies begin there
    others            neighbours [H W c], each with the homography [3 3] from this frame's pixels to its own
    """
    height, width = frame.shape[:2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    differences = np.full((max(FEWEST, len(others)), height, width), NO_MATCH, np.float32)
    for i, (picture, homography) in enumerate(others):
        inside = np.zeros(picture.shape[:2], np.float32)
        inside[RIM:-RIM, RIM:-RIM] = 1
        warped = cv2.warpPerspective(picture, homography, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        seen = np.asarray(cv2.warpPerspective(inside, homography, (width, height), flags=flags)) > 0.99
        differences[i] = np.where(
            seen, _difference(frame, np.asarray(warped, np.float32).reshape(frame.shape)), NO_MATCH
        )
    differences.sort(axis=0)
    count = (differences < NO_MATCH).sum(axis=0)
    known = count >= FEWEST
    middle = np.take_along_axis(differences, np.maximum(count - 1, 0)[None] // 2, axis=0)[0]
    share = np.maximum(_mean(known.astype(np.float32)), 1e-3)
    second, median = (
        np.where(known, _mean(np.where(known, each, np.float32(0))) / share, np.float32(0))
        for each in (differences[1], middle)
    )
    return BackgroundDifference(second, median, known)


def _mean(picture: Array) -> Array:
    return np.asarray(cv2.blur(picture, (SMOOTH, SMOOTH)), np.float32)


def _difference(frame: Array, warped: Array) -> Array:
    """Mean absolute difference to the nearest match within the shifts; below ``NO_MATCH``."""
    height, width = frame.shape[:2]
    wide = np.asarray(cv2.copyMakeBorder(warped, 1, 1, 1, 1, cv2.BORDER_REPLICATE)).reshape(height + 2, width + 2, -1)
    least = np.full((height, width), NO_MATCH / 2, np.float32)
    for down, right in SHIFTS:
        moved = wide[1 + down : 1 + down + height, 1 + right : 1 + right + width]
        np.minimum(least, np.abs(moved - frame).mean(axis=2), out=least)
    return least


def moves_by_itself(forward: Motion | None, backward: Motion | None, shape: tuple[int, int]) -> Array:
    """How fast what a frame shows moves against the background.

    forward, backward  to the next and the previous frame; None where there is none
    shape              height and width of the result, which covers the plate
    returns            [h w]  plate pixels a frame, mean of both ways
    """
    total, count = np.zeros((*shape, 2), np.float32), 0
    for motion, sign in ((forward, 1), (backward, -1)):
        if motion is None:
            continue
        count += 1
        if motion.residual is not None:
            rows, columns = motion.residual.shape[:2]
            scale = np.array([columns / shape[1], rows / shape[0]], np.float32)
            total += np.float32(sign) * sample(motion.residual, (pixel_grid(*shape) + 0.5) * scale - 0.5)
    return np.asarray(np.hypot(total[..., 0], total[..., 1]) / max(count, 1), np.float32)
