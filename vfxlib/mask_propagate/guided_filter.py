"""A coarse matte's edge moved to where the picture has one."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from vfxlib.image.picture import Array

__all__ = ["guided_filter"]

REACH = 1.5  # carry pixels over which the matte is explained by the picture
NOISE = 0.01  # working code values: smaller differences are no edge


def guided_filter(matte: Array, working: Array, scale: float) -> Array:
    """Explain a matte by the picture under it, place by place, linearly.

    matte    [h w]    0..1, made larger, so blurred over about ``scale`` pixels
    working  [h w 3]  working code values
    scale    plate pixels of a pixel of the coarse matte; up to 1 it is as fine as the picture and left alone
    returns  [h w]    about 0..1; where the picture is flat the matte's mean
    paper    Guided image filtering (He, Sun and Tang 2010), eq. 14 to 16, with a colour guide
    """
    if scale <= 1:
        return matte
    size = 2 * round(REACH * scale) + 1

    def mean(values: Array) -> Array:
        return np.asarray(ndimage.uniform_filter(values, size, mode="nearest"), np.float32)

    guide = [np.ascontiguousarray(working[..., i]) for i in range(3)]
    means = [mean(channel) for channel in guide]
    target = mean(matte)
    height, width = matte.shape
    spread = np.empty((height, width, 3, 3), np.float32)
    common = np.empty((height, width, 3), np.float32)
    for i in range(3):
        common[..., i] = mean(guide[i] * matte) - means[i] * target
        for j in range(i, 3):
            spread[..., i, j] = spread[..., j, i] = mean(guide[i] * guide[j]) - means[i] * means[j]
        spread[..., i, i] += np.float32(NOISE**2)
    slope = np.linalg.solve(spread, common[..., None])[..., 0]
    offset = target - sum(slope[..., i] * means[i] for i in range(3))
    found = mean(offset)
    for i in range(3):
        found = found + mean(np.ascontiguousarray(slope[..., i])) * guide[i]
    return np.asarray(found, np.float32)
