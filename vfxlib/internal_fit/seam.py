"""The seam between a painting and the copies beside it: what they differ by is carried on into the painting."""

import numpy as np
from scipy import ndimage

from vfxlib.image.picture import Array

__all__ = ["seam_correction"]

LARGEST = 0.15  # code values, two stops: a larger step is another thing, not another light
DAMPING = 0.1  # weight of no correction at all, beside that of pixels where both are known
REACH = 4.0  # deviations of the Gaussian


def seam_correction(painted: Array, given: Array, weight: Array, radius: float) -> Array:
    """Tell what a painting must change by to go over into a given fill without a step.

    Where the two overlap it is told what they differ by, smoothed; beside that it fades, for how a network errs at one
    place says something of its neighbours and nothing of what is far off.

    painted  [h w 3]  working code values, finite
    given    [h w 3]  the same; looked at where the weight is above 0
    weight   [h w]    0..1, how much each pixel of the given fill tells
    radius   deviation of the Gaussian by which it fades, pixels
    returns  [h w 3]  code values to be added
    paper    normalised convolution (Knutsson and Westin 1993), with a certainty of its own for "nothing"
    """
    if radius <= 0 or not (weight > 0).any():
        return np.zeros_like(painted)
    step = np.where(weight[..., None] > 0, np.clip(given - painted, -LARGEST, LARGEST), 0)
    both = np.concatenate([step * weight[..., None], weight[..., None]], axis=2).astype(np.float32)
    spread = ndimage.gaussian_filter(both, (radius, radius, 0), mode="constant", truncate=REACH)
    return np.asarray(spread[..., :3] / (spread[..., 3:] + np.float32(DAMPING)), np.float32)
