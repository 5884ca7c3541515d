"""The guided filter (He, Sun and Tang 2010): a coarse matte's edge moves to where the picture has one."""

import numpy as np
from scipy import ndimage

from vfxlib.image.picture import Array

__all__ = ["guided_filter"]

RADIUS = 1.5  # of the window, in pixels of the coarse matte
EPSILON = 0.01  # working code values: smaller differences are no edge


def guided_filter(matte: Array, working: Array, scale: float) -> Array:
    """Filter a matte guided by the picture under it: in every window it becomes a linear function of the colour.

    matte    [h w]    0..1, made larger, so blurred over about ``scale`` pixels
    working  [h w 3]  working code values
    scale    plate pixels of a pixel of the coarse matte; up to 1 it is as fine as the picture and left alone
    returns  [h w]    about 0..1; where the picture is flat the matte's mean
    paper    Guided image filtering (He, Sun and Tang 2010), eq. 14 to 16, with a colour guide
    """
    if scale <= 1:
        return matte
    size = 2 * round(RADIUS * scale) + 1

    def mean(values: Array) -> Array:
        return np.asarray(ndimage.uniform_filter(values, size, mode="nearest"), np.float32)

    guide = [np.ascontiguousarray(working[..., i]) for i in range(3)]
    means = [mean(channel) for channel in guide]
    matte_mean = mean(matte)
    height, width = matte.shape
    covariance = np.empty((height, width, 3, 3), np.float32)
    cross_covariance = np.empty((height, width, 3), np.float32)
    for i in range(3):
        cross_covariance[..., i] = mean(guide[i] * matte) - means[i] * matte_mean
        for j in range(i, 3):
            covariance[..., i, j] = covariance[..., j, i] = mean(guide[i] * guide[j]) - means[i] * means[j]
        covariance[..., i, i] += np.float32(EPSILON**2)
    slope = np.linalg.solve(covariance, cross_covariance[..., None])[..., 0]
    offset = matte_mean - sum(slope[..., i] * means[i] for i in range(3))
    filtered = mean(offset)
    for i in range(3):
        filtered = filtered + mean(np.ascontiguousarray(slope[..., i])) * guide[i]
    return np.asarray(filtered, np.float32)
