"""A frame as a quick look at a shot sees it: a few thousand pixels that tell where things lie, and no detail."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array, is_light
from vfxlib.motion.measure import Pair, measure
from vfxlib.motion.view import RANGE, View, make_view

__all__ = ["COARSE_LINES", "CoarseFrame", "area_reduced", "coarse_frame", "coarse_hole", "measure_coarse"]

COARSE_LINES = 240
WIDEST = 1920  # pixels of a reduced picture: a very wide plate would be as slow as a large one
ALL = 0.999  # share of a coarse pixel that counts as all of it, after rounding
FLOW_MARGIN = 6.0  # coarse pixels around a matte in which measured motion is distrusted


@dataclass(frozen=True)
class CoarseFrame:
    """One frame at a low resolution.

    working  [h w 3]  working code values, also of what must go; where no light is, anything finite
    light    [h w]    True where all of the plate's pixels below hold light
    hole     [h w]    share of the plate's pixels below that must go
    """

    working: Array
    light: NDArray[np.bool_]
    hole: Array

    @property
    def known(self) -> NDArray[np.bool_]:
        """[h w] True where all of the plate's pixels below show background."""
        return self.light & (self.hole <= 0)


def coarse_hole(matte: Array) -> Array:
    """Reduce a matte: [H W] 0..1 to [h w], the share of the pixels below that are above 0."""
    return area_reduced((matte > 0).astype(np.float32))


def coarse_frame(pixels: Array, matte: Array, to_working: Callable[[Array], Array]) -> CoarseFrame:
    """Reduce a frame by area.

    pixels      [H W 3]  the file's own encoding over the display window; NaN where there is no picture
    matte       [H W]    0..1, above 0 must go
    to_working           turns the file's encoding [h w 3] into working code values; called with few pixels
    """
    light = is_light(pixels)
    share = area_reduced(light.astype(np.float32))
    total = area_reduced(np.where(light[..., None], pixels, 0).astype(np.float32))
    mean = np.asarray(total / np.maximum(share, 1e-6)[..., None], np.float32)
    working = np.clip(np.nan_to_num(to_working(mean)), *RANGE).astype(np.float32)
    return CoarseFrame(working, share > ALL, coarse_hole(matte))


def area_reduced(picture: Array, lines: int = COARSE_LINES) -> Array:
    """Reduce a picture to so many lines, or ``WIDEST``, at most by the mean of each area: [H W ...] to [h w ...].

    A picture may hold no NaN.
    """
    factor = min(1.0, lines / picture.shape[0], WIDEST / picture.shape[1])
    rows, columns = (max(1, round(side * factor)) for side in picture.shape[:2])
    small = cv2.resize(picture, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).reshape(rows, columns, *picture.shape[2:])


def measure_coarse(a: CoarseFrame, b: CoarseFrame) -> Pair:
    """Both motions between two neighbouring frames on what both know; coarse pixels."""
    views: list[View] = [make_view(frame.working, frame.known, lines=COARSE_LINES) for frame in (a, b)]
    return measure(views[0], views[1], margin=FLOW_MARGIN)
