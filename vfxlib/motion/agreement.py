"""Of two completions of one hole the one that agrees better with the frames that see the place, region by region."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["choose_by_agreement"]

REGION = 25  # view pixels over which costs are averaged
BETTER = 0.97  # share of the first one's cost that the other may leave: of several noisy costs one is always less


def choose_by_agreement(
    points: NDArray[np.intp], shape: tuple[int, int], first: tuple[Array, Array], other: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Choose between two velocities of every point.

    points   [n 2]  integer positions, x and y
    shape    height and width of the frame
    first    velocities [n 2] and what they cost [n]: 0 = all frames that see the place agree. It is taken where neither
             is better, and where no frame sees it
    other    the same
    returns  velocities [n 2], and their costs [n]
    """
    x, y = points.T
    mean = [_region_mean(cost, x, y, shape) for _, cost in (first, other)]
    better = mean[1] < mean[0] * BETTER
    return np.where(better[:, None], other[0], first[0]), np.where(better, other[1], first[1])


def _region_mean(cost: Array, x: NDArray[np.intp], y: NDArray[np.intp], shape: tuple[int, int]) -> Array:
    """The mean cost of the points of a region around each point."""
    sums = []
    for values in (cost, np.ones_like(cost)):
        image = np.zeros(shape, np.float32)
        image[y, x] = values
        sums.append(np.asarray(cv2.blur(image, (REGION, REGION), borderType=cv2.BORDER_CONSTANT))[y, x])
    return np.asarray(sums[0] / sums[1], np.float32)
