"""Pictures read at points between pixels, in double precision."""

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["bilinear"]


def bilinear(image: Array, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Interpolate between the four pixels around each point.

    ``vfxlib.motion.sampling.sample`` does it by OpenCV, quicker and in 1/32 of a pixel.

    image    [h w c]  any values
    x, y     [n]      pixels, whole numbers at the pixels' centres; the edge is held beyond it, and NaN is 0
    returns  [n c]    float64
    """
    height, width, channels = image.shape
    x, y = (np.fmin(np.fmax(each, 0), size - 1) for each, size in ((x, width), (y, height)))
    x0, y0 = np.minimum(x.astype(np.intp), max(width - 2, 0)), np.minimum(y.astype(np.intp), max(height - 2, 0))
    fx, fy = x - x0, y - y0
    gx, gy = 1 - fx, 1 - fy
    flat = image.reshape(-1, channels)
    right, below = 1 if width > 1 else 0, width if height > 1 else 0
    at = y0 * width + x0
    corners = [flat.take(at + step, axis=0).astype(np.float64) for step in (0, right, below, below + right)]
    result = np.empty((len(at), channels))
    for c in range(channels):  # one channel at a time: far quicker than a product over an axis of two
        a, b, d, e = (corner[:, c] for corner in corners)
        result[:, c] = (a * gx + b * fx) * gy + (d * gx + e * fx) * fy
    return result
