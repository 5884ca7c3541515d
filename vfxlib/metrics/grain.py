"""Whether the fill is as grainy as the truth: the official measure of grain.

Grain is what a picture holds at the finest scale on places without structure. Both pictures are measured on the same
pixels, chosen from the truth alone, with the same filter and the same limit against outliers, so that

- equal grain gives 1, and grain of k times the variance gives k, up to about 3;
- a fill that is smooth over a part of the hole loses just that part;
- an edge that is sharp in one and soft in the other counts for little.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.grain.fine_detail import fine_detail
from vfxlib.grain.model import NORMAL_MEDIAN
from vfxlib.image.picture import Array
from vfxlib.metrics.hole import hole_box

__all__ = ["GrainRatio"]

FLAT = 0.5  # share of the hole that counts: the flattest, judged on the truth
STRUCTURE = 2.0  # pixels of blur before structure is measured, which takes the grain away
LEVELS = 4  # grain depends on light: the limit against outliers is set for each quarter of the pixels by brightness
LIMIT = 5.0  # standard deviations of the truth's grain
FEWEST = 64  # pixels of a frame, below which a limit cannot be told


def _flat_places(truth: Array, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The half of the pixels with the least structure around them."""
    smooth = ndimage.gaussian_filter(truth.astype(np.float64).mean(axis=2), STRUCTURE)
    slope: NDArray[np.float64] = np.hypot(ndimage.sobel(smooth, axis=0), ndimage.sobel(smooth, axis=1))
    return np.asarray(inside & (slope <= np.quantile(slope[inside], FLAT)))


@dataclass
class GrainRatio:
    """Grain of a sequence against that of the truth, in the hole.

    result  sum of squared fine detail over the pixels that count
    truth   the same of the truth
    frames  frames that count
    """

    result: float = 0.0
    truth: float = 0.0
    frames: int = 0

    def add(self, result: Array, truth: Array, hole: NDArray[np.bool_]) -> None:
        """Count a frame; one whose hole has under 64 usable pixels is left out.

        result  [h w 3]  encoded so that grain is about even over brightness, as in sRGB or log
        truth   [h w 3]  the same encoding
        hole    [h w]    where it counts; pixels next to its border do not, for the filter would reach out of it
        """
        box = hole_box(hole, 3 * int(STRUCTURE) + 2)
        part = np.s_[box.y0 : box.y1, box.x0 : box.x1]
        result, truth, hole = result[part], truth[part], hole[part]
        known: NDArray[np.bool_] = np.asarray(np.isfinite(result).all(axis=2) & np.isfinite(truth).all(axis=2))
        inside = np.asarray(ndimage.binary_erosion(hole & known, np.ones((3, 3), bool)), bool)
        if np.count_nonzero(inside) < FEWEST:
            return
        self.frames += 1
        truth = np.where(known[..., None], truth, 0)
        result = np.where(known[..., None], result, 0)
        flat = _flat_places(truth, inside)
        brightness: NDArray[np.float64] = np.asarray(ndimage.uniform_filter(truth.mean(axis=2), 5), np.float64)
        light = brightness[flat]
        detail_result, detail_truth = fine_detail(result)[flat], fine_detail(truth)[flat]
        level = np.searchsorted(np.quantile(light, np.linspace(0, 1, LEVELS + 1)[1:-1]), light)
        for step in range(LEVELS):
            ours, theirs = detail_result[level == step], detail_truth[level == step]
            if len(theirs) == 0:
                continue
            limit = (LIMIT / NORMAL_MEDIAN * np.median(np.abs(theirs), axis=0)) ** 2
            self.result += float(np.minimum(ours**2, limit).sum())
            self.truth += float(np.minimum(theirs**2, limit).sum())

    @property
    def ratio(self) -> float:
        """Variance of the result's grain over that of the truth's; NaN where the truth has none."""
        return self.result / self.truth if self.truth > 0 else float("nan")

    @property
    def obstacle(self) -> str:
        """Why there is no ratio; "" if there is one."""
        if self.truth > 0:
            return ""
        return "the truth has none" if self.frames else f"no hole has {FEWEST} pixels away from its border"
