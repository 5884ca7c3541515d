"""Back-projection: the detailed picture, reduced again, is the low-resolution fill (Irani & Peleg 1991)."""

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.residual_hires.scales import Scales

__all__ = ["back_project"]

ROUNDS = 3


def back_project(
    picture: Array, hole: NDArray[np.bool_], box: Box, low: Array, share: Array, low_box: Box, scales: Scales
) -> Array:
    """Correct a picture in its hole until its area averages are those of the low picture.

    picture  [h w 3]    linear colour over ``box``, finite
    hole     [h w]      what may change
    box      Box        of plate pixels: those under ``low_box``
    low      [lh lw 3]  the whole low picture, linear colour
    share    [h w]      0..1, over ``low_box``: how far they are to be that
    low_box  Box        of low pixels whose averages are to be these
    returns  [h w 3]    the picture outside the hole as it came
    """
    where, whole = hole[..., None].astype(np.float32), np.zeros((*scales.low[::-1], 3), np.float32)
    part = low_box.slices(Box(0, 0, *scales.low))
    for _ in range(ROUNDS):
        whole[part] = (low[part] - scales.reduce(picture, box, low_box)) * share[..., None]
        picture = picture + where * scales.enlarge(whole, box)
    return np.asarray(picture, np.float32)
