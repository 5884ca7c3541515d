"""Detail at the finest scale, by which grain is measured."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.picture import Array

__all__ = ["fine_detail"]

SECOND = (1.0, -2.0, 1.0)  # second difference, along both axes one after the other
GAIN = 6.0**2  # of the variance of white noise


def fine_detail(picture: Array) -> NDArray[np.float64]:
    """What slopes and straight edges along rows and columns do not explain (Immerkaer 1996, equation 4).

    Scaled so that white noise keeps its variance. A plain high-pass would not do: it takes the fine texture of most
    pictures for grain, and a smooth fill that has the texture right for a grainy one.

    picture  [h w c]  any encoding; finite
    returns  [h w c]  the same unit
    """
    values = picture.astype(np.float64)
    curved = ndimage.correlate1d(ndimage.correlate1d(values, SECOND, axis=0), SECOND, axis=1)
    return np.asarray(curved / np.sqrt(GAIN))
