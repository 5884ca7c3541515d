"""Membrane interpolation (Georgiev 2004; Farbman et al. 2009): a patch brought to what it meets at its rim."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.morphology import dilate_square
from vfxlib.image.picture import Array
from vfxlib.spatial_fill.pull_push import pull_push

__all__ = ["membrane"]

JOIN = 8  # pixels: gaps nearer than this are treated together
ROUNDS = 24
LARGEST = 0.15  # code values, two stops: a larger step at the rim is another thing, not another light


def membrane(difference: Array, rim: NDArray[np.bool_], gap: NDArray[np.bool_]) -> Array:
    """Carry differences at the rim of a gap smoothly into it: the harmonic surface between them.

    difference  [h w 3]  code values, what is there less the patch; looked at on the rim alone, clipped to 0.15
    rim         [h w]    True where the difference is known
    gap         [h w]    True where the patch lies; apart from the rim
    returns     [n 3]    what to add to the n gap pixels, row by row; 0 where there is no rim
    """
    surface = np.zeros((*gap.shape, 3), np.float32)
    labels, _ = ndimage.label(dilate_square(gap, JOIN))
    for label, box in enumerate(ndimage.find_objects(labels)):
        mine = gap[box] & (labels[box] == label + 1)
        own_rim = rim[box] & (labels[box] == label + 1)
        if own_rim.any():
            step = np.clip(np.where(own_rim[..., None], difference[box], 0), -LARGEST, LARGEST)
            carried = pull_push(step, own_rim.astype(np.float32), ROUNDS)
            surface[box][mine] = carried[mine]
    return surface[gap]
