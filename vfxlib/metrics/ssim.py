"""Structural similarity in the hole."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.picture import Array
from vfxlib.metrics.hole import hole_box

__all__ = ["Ssim", "ssim_map"]

SIGMA, RADIUS = 1.5, 5  # 11 x 11 windows
C1, C2 = 0.01**2, 0.03**2


def ssim_map(first: Array, second: Array) -> NDArray[np.float64]:
    """Similarity around every pixel (Wang et al. 2004, equation 13, with Gaussian windows), each channel by itself.

    first    [h w c]  encoded, peak 1; finite
    second   [h w c]  the same encoding
    returns  [h w c]  1 where the same, at least -1
    """
    a, b = first.astype(np.float64), second.astype(np.float64)
    mean_a, mean_b = _window(a), _window(b)
    variance_a = _window(a * a) - mean_a**2
    variance_b = _window(b * b) - mean_b**2
    covariance = _window(a * b) - mean_a * mean_b
    light = (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
    return np.asarray(light * (2 * covariance + C2) / (variance_a + variance_b + C2))


def _window(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(ndimage.gaussian_filter(values, (SIGMA, SIGMA, 0), radius=(RADIUS, RADIUS, 0)))


@dataclass
class Ssim:
    """Similarity of a sequence, counted over the hole; windows reach out of it."""

    total: float = 0.0
    count: int = 0

    def add(self, result: Array, truth: Array, hole: NDArray[np.bool_]) -> None:
        """Count a frame.

        result  [h w 3]  encoded, peak 1; where either is not finite, both count as black
        truth   [h w 3]  the same encoding
        hole    [h w]    where it counts
        """
        box = hole_box(hole, 2 * RADIUS)
        if box.empty:
            return
        part = np.s_[box.y0 : box.y1, box.x0 : box.x1]
        both = np.isfinite(result[part]) & np.isfinite(truth[part])
        similar = ssim_map(np.where(both, result[part], 0), np.where(both, truth[part], 0))[hole[part]]
        self.total += float(similar.sum())
        self.count += similar.size

    @property
    def mean(self) -> float:
        """Mean over all hole pixels of all frames and channels; NaN without a hole."""
        return self.total / self.count if self.count else float("nan")
