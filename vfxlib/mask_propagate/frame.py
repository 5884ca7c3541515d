"""A frame of a propagated matte, at the resolution at which mattes are propagated."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["CarriedMatte"]


@dataclass(frozen=True)
class CarriedMatte:
    """The propagated matte of a frame; every array covers the display window with its own number of pixels.

    matte       [h w]  probability of being an object, 0..1
    index       [h w]  int32  number of the object that is most likely here; 0 none
    confidence  [h w]  probability that ``matte`` lies on the right side of the threshold, 0..1
    effect      [h w]  how much of the object's shadow or reflection is here, 0..1; 0 everywhere if it is not looked for
    """

    matte: Array
    index: NDArray[np.int32]
    confidence: Array
    effect: Array
