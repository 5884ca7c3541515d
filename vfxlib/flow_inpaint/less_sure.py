"""A copy of the background counts less where something that moves on its own may stand before it."""

from dataclasses import replace

import numpy as np

from vfxlib.confidence import confidence, expected_error
from vfxlib.image.bilinear import bilinear
from vfxlib.image.picture import Array
from vfxlib.pipeline.hole_fill import Fill

__all__ = ["less_sure"]

APART = 0.055  # code values by which a thing and what is behind it differ, as a rule


def less_sure(fill: Fill, unsure: Array, size: tuple[int, int]) -> Fill:
    """Lower the confidence of a fill.

    unsure   [h w]  0..1, how likely something is there that no frame shows; its pixels cover the plate
    size     width and height of the plate in pixels
    returns  the same pixels; the error that is expected of them is also that of a thing that is missing
    """
    x, y = fill.columns + fill.window.x0, fill.rows + fill.window.y0
    across, down = unsure.shape[1] / size[0], unsure.shape[0] / size[1]
    share = bilinear(unsure[..., None], (x + 0.5) * across - 0.5, (y + 0.5) * down - 0.5)[:, 0]
    share = share**2  # what is found where one is not sure falls off faster than that
    error = expected_error(fill.confidence) * (1 - share) + np.float32(APART) * share
    return replace(fill, confidence=np.minimum(fill.confidence, confidence(error.astype(np.float32))))
