"""Small fills without weights to compare with, each of about thirty lines: what anybody could have in a day.

telea    cv2.inpaint, frame by frame
median   median over time, of the pixels as they stand
hmedian  median over the nearest frames, laid over this one by a chained homography, cubic
copy     the nearest frame that saw the pixel, laid over this one by the same homography, bilinear
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.bench.pan import decode
from vfxlib.image.picture import Array
from vfxlib.image.pixel_types import as_float
from vfxlib.metrics.hole import srgb

__all__ = ["METHODS", "fill"]

Mask = NDArray[np.bool_]
Matrix = NDArray[np.float64]

RIM = 2  # pixels around the hole that are not trusted either: soft edges hold some of the object
NEAREST = 15  # frames that hmedian lays over each other


def _hole_and_rim(hole: Mask) -> Mask:
    """The hole and its rim."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * RIM + 1, 2 * RIM + 1))
    return np.asarray(cv2.dilate(hole.astype(np.uint8), disc) > 0)


def telea(shown: Sequence[NDArray[np.uint8]], covered: Sequence[Mask]) -> list[NDArray[np.uint8]]:
    """Inpaint every frame by itself (Telea 2004), radius 5."""
    return [cv2.inpaint(s, c.astype(np.uint8), 5, cv2.INPAINT_TELEA) for s, c in zip(shown, covered, strict=True)]


def median_of(layers: Array, otherwise: Array) -> Array:
    """Median over the first axis of what is not NaN; ``otherwise`` where all of it is."""
    seen = ~np.isnan(layers).all(axis=0)
    middle = otherwise.copy()
    middle[seen] = np.nanmedian(layers[:, seen], axis=0)
    return middle


def chain(shown: Sequence[NDArray[np.uint8]], covered: Sequence[Mask]) -> list[Matrix]:
    """Homographies from the first frame to each: SIFT, ratio test, MAGSAC, multiplied one after another."""
    finder, matcher = cv2.SIFT.create(3000), cv2.BFMatcher()
    found = []
    for picture, hidden in zip(shown, covered, strict=True):
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        found.append(finder.detectAndCompute(grey, np.where(hidden, 0, 255).astype(np.uint8)))
    matrices = [np.eye(3)]
    for (points, words), (next_points, next_words) in pairwise(found):
        pairs = matcher.knnMatch(words, next_words, k=2)
        good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < 0.8 * p[1].distance]
        step: Matrix | None = None
        if len(good) >= 12:
            here = np.array([points[match.queryIdx].pt for match in good], np.float32)
            there = np.array([next_points[match.trainIdx].pt for match in good], np.float32)
            step, agreed = cv2.findHomography(here, there, cv2.USAC_MAGSAC, 2.0)
            if step is not None and int(agreed.sum()) <= 10:
                step = None
        matrices.append((np.eye(3) if step is None else step) @ matrices[-1])
    return matrices


def laid_over(picture: Array, hidden: Mask, matrix: Matrix, kernel: int) -> Array:
    """A frame as another one would see it; NaN where it is hidden or not there."""
    size = (picture.shape[1], picture.shape[0])
    moved = cv2.warpPerspective(picture, matrix, size, flags=kernel)
    gone = cv2.warpPerspective(hidden.astype(np.uint8), matrix, size, flags=cv2.INTER_NEAREST, borderValue=1) > 0
    return np.where(gone[..., None], np.float32(np.nan), moved)


def _median(frames: Sequence[Array], covered: Sequence[Mask], painted: Sequence[Array]) -> list[Array]:
    layers = np.stack([np.where(c[..., None], np.float32(np.nan), f) for f, c in zip(frames, covered, strict=True)])
    middle = median_of(layers, np.full_like(frames[0], np.nan))
    return [np.where(np.isnan(middle), p, middle) for p in painted]


def _aligned(most: int, kernel: int, combine: Callable[[Array, Array], Array]) -> Callable[..., list[Array]]:
    def method(
        frames: Sequence[Array], covered: Sequence[Mask], painted: Sequence[Array], shown: Sequence[NDArray[np.uint8]]
    ) -> list[Array]:
        place = chain(shown, covered)
        results = []
        for here in range(len(frames)):
            others = sorted((n for n in range(len(frames)) if n != here), key=lambda n: (abs(n - here), n))[:most]
            hidden, result = covered[here], painted[here].copy()
            if hidden.any() and others:
                layers = [
                    laid_over(frames[n], covered[n], place[here] @ np.linalg.inv(place[n]), kernel)[hidden]
                    for n in others
                ]
                result[hidden] = combine(np.stack(layers), painted[here][hidden])
            results.append(result)
        return results

    return method


def _nearest(layers: Array, otherwise: Array) -> Array:
    result = otherwise.copy()
    for layer in layers[::-1]:
        seen = ~np.isnan(layer).any(axis=1)
        result[seen] = layer[seen]
    return result


METHODS = ("telea", "median", "hmedian", "copy")


def fill(method: str, frames: Sequence[Array], holes: Sequence[Mask], *, linear: bool) -> list[Array]:
    """Fill the holes of a shot by one of ``METHODS``.

    frames   [h w 3]  linear Rec.709, or sRGB-encoded
    holes    [h w]
    linear   what the frames are
    returns  [h w 3]  the same encoding
    """
    covered = [_hole_and_rim(hole) for hole in holes]
    shown = [(np.clip(srgb(f) if linear else f, 0, 1) * 255).astype(np.uint8) for f in frames]
    painted: list[Array] = []
    for inpainted in telea(shown, covered):
        share = as_float(inpainted)
        painted.append(decode(share) if linear else share)
    match method:
        case "telea":
            results = painted
        case "median":
            results = _median(frames, covered, painted)
        case "hmedian":
            results = _aligned(NEAREST, cv2.INTER_CUBIC, median_of)(frames, covered, painted, shown)
        case "copy":
            results = _aligned(len(frames), cv2.INTER_LINEAR, _nearest)(frames, covered, painted, shown)
        case _:
            raise ValueError(f"{method} is none of {', '.join(METHODS)}")
    return [np.where(h[..., None], r, f) for h, r, f in zip(holes, results, frames, strict=True)]
