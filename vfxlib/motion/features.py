"""SIFT features of a frame (Lowe 2004), and which of two frames belong together."""

from dataclasses import dataclass

import cv2
import numpy as np

from vfxlib.image.picture import Array
from vfxlib.motion.dense import as_bytes
from vfxlib.motion.sampling import eroded
from vfxlib.motion.view import View

__all__ = ["Features", "find_features", "match_features"]

MOST = 3000  # features of a frame
RATIO = 0.8  # Lowe's ratio test
MATTE_MARGIN = 4  # view pixels between a feature and a matte


@dataclass(frozen=True)
class Features:
    """What can be found again of a frame.

    points       [n 2]    view pixels
    descriptors  [n 128]  whole numbers from 0 to 255
    """

    points: Array
    descriptors: Array

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.points.nbytes + self.descriptors.nbytes


def find_features(view: View) -> Features:
    """Find the features of what is known in a frame; none where there is too little texture."""
    (grey,), mask = as_bytes(view.known, view.grey), eroded(view.known, MATTE_MARGIN).astype(np.uint8) * 255
    found, descriptors = cv2.SIFT.create(MOST).detectAndCompute(grey, mask)
    if descriptors is None:
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32))
    return Features(np.array([each.pt for each in found], np.float32), np.asarray(descriptors, np.float32))


def match_features(a: Features, b: Features) -> tuple[Array, Array]:
    """Match the features of two frames by Lowe's ratio test.

    returns  [m 2] points of a, and those of b that belong to them
    """
    if min(len(a.points), len(b.points)) < 2:
        return a.points[:0], b.points[:0]
    # whole numbers whose sums of products stay below 2^24: exact, in whatever order a library adds them
    distance = a.descriptors @ b.descriptors.T
    lengths = [np.einsum("ni,ni->n", each.descriptors, each.descriptors) for each in (a, b)]
    distance *= -2  # in its place, for it may have ten million numbers
    distance += lengths[1]
    distance += lengths[0][:, None]
    rows = np.arange(len(distance))
    nearest = distance.argmin(axis=1)
    least = distance[rows, nearest]
    distance[rows, nearest] = np.inf
    good = np.sqrt(least) < RATIO * np.sqrt(distance.min(axis=1))
    return a.points[good], b.points[nearest[good]]
