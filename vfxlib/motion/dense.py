"""Dense flow between two pictures as they are, for judging."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from vfxlib.image.picture import Array

__all__ = ["dense_flow"]


def dense_flow(first: Array, second: Array) -> Array:
    """Where the pixels of one picture lie in another.

    first, second  [h w 3]  encoded values, 0..1; clipped
    returns        [h w 2]  pixels, x right, y down, from the first to the second (DIS: Kroeger et al. 2016)
    """
    greys = [np.clip(picture.mean(axis=2) * 255 + 0.5, 0, 255).astype(np.uint8) for picture in (first, second)]
    dense: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.asarray(dense.calc(greys[0], greys[1], None), np.float32)
