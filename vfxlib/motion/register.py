"""Registration of two frames by one homography for the background: SIFT features, RANSAC, Gauss-Newton."""

from dataclasses import dataclass

import cv2
import numpy as np

from vfxlib.image.picture import Array
from vfxlib.motion.features import Features, find_features, match_features
from vfxlib.motion.field import Matrix, corner_shift, rescaled
from vfxlib.motion.refine import refine_homography
from vfxlib.motion.view import View

__all__ = ["Registration", "homography_of_flow", "register"]

TOLERANCE = 1.5  # view pixels: the reprojection error of an inlier
FEWEST_INLIERS = 12  # inliers below which a homography means nothing
FLOW_POINTS = 64  # vectors to either side of a field that say which homography lies under it
FLATTEST = 1e-6  # determinant: a map with less has no way back
LOCKED = 0.04  # plate pixels: a camera that moves a picture's corner by less than this is locked


@dataclass(frozen=True)
class Registration:
    """How one frame lies in the next.

    homography  [3 3]  plate pixels of the first to plate pixels of the second; the identity if the camera is locked
    inliers            features that agree with it, 0 if there are too few to match
    """

    homography: Matrix
    inliers: int


def register(a: View, b: View, features: tuple[Features, Features] | None = None) -> Registration:
    """Register two frames on what both know.

    a, b      the frames, with ``fine``
    features  of both, of whoever has them at hand
    returns   the identity with no inliers where there is too little texture. SIFT (Lowe 2004), the RANSAC of USAC with
              MAGSAC (Barath 2019), then Gauss-Newton on the plate's own pixels
    """
    homography, inliers = _feature_homography(a, b, features or (find_features(a), find_features(b)))
    if a.fine is None or b.fine is None:
        return Registration(homography, inliers)
    start = homography if inliers >= FEWEST_INLIERS else np.eye(3)
    best = refine_homography(a.fine, b.fine, start, reach=2 / a.scale[0])
    if corner_shift(best, np.eye(3), a.size) < LOCKED:
        best = np.eye(3)
    return Registration(best, inliers)


def homography_of_flow(points: Array, flow: Array) -> Matrix | None:
    """The homography that most of a field of vectors agrees with.

    points   [h w 2]  plate pixels, x right, y down
    flow     [h w 2]  where each goes, seen from itself; plate pixels
    returns  [3 3]    plate pixels to plate pixels; None where there is none. RANSAC as in ``register``
    """
    rows, columns = (max(1, length // FLOW_POINTS) for length in flow.shape[:2])
    begin = points[::rows, ::columns].reshape(-1, 2).astype(np.float32)
    end = begin + flow[::rows, ::columns].reshape(-1, 2).astype(np.float32)
    finite = np.isfinite(end).all(axis=1)
    if finite.sum() < FEWEST_INLIERS:
        return None
    homography, agrees = cv2.findHomography(begin[finite], end[finite], cv2.USAC_MAGSAC, TOLERANCE)
    if homography is None or int(agrees.sum()) < FEWEST_INLIERS or abs(np.linalg.det(homography)) < FLATTEST:
        return None
    return np.asarray(homography, np.float64)


def _feature_homography(a: View, b: View, features: tuple[Features, Features]) -> tuple[Matrix, int]:
    matched_a, matched_b = match_features(*features)
    if len(matched_a) < FEWEST_INLIERS:
        return np.eye(3), 0
    homography, agrees = cv2.findHomography(matched_a, matched_b, cv2.USAC_MAGSAC, TOLERANCE)
    if homography is None or int(agrees.sum()) < FEWEST_INLIERS:
        return np.eye(3), 0
    full = rescaled(np.asarray(homography, np.float64), (1 / a.scale[0], 1 / a.scale[1]))
    if not corner_shift(full, np.eye(3), a.size) <= max(a.size) or abs(np.linalg.det(full)) < FLATTEST:
        return np.eye(3), 0  # a picture turned inside out, or made a line: no camera moves so between two frames
    return full, int(agrees.sum())
