"""Dense inverse search optical flow (DIS: Kroeger et al. 2016) between two pictures as they are."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["Bytes", "as_bytes", "dense_flow", "dis_flow"]

FLATTEST = 0.05  # code values: less contrast is not stretched any more, for it is noise

Bytes = NDArray[np.uint8]


def dense_flow(first: Array, second: Array) -> Array:
    """Where the pixels of one picture lie in another.

    first, second  [h w 3]  encoded values, 0..1; clipped
    returns        [h w 2]  pixels, x right, y down, from the first to the second
    """
    greys = [np.clip(picture.mean(axis=2) * 255 + 0.5, 0, 255).astype(np.uint8) for picture in (first, second)]
    return dis_flow(greys[0], greys[1], None)


def as_bytes(known: NDArray[np.bool_], first: Array, *others: Array) -> list[Bytes]:
    """Stretch grey pictures to 0..255 alike, by what is known in the first.

    known          [h w]  True where the first picture counts
    first, others  [h w]  code values
    """
    values = first[known]
    low, high = np.percentile(values, [0.5, 99.5]) if len(values) else (0.0, 1.0)
    gain = 255 / max(float(high - low), FLATTEST)
    return [np.asarray(np.clip((each - low) * gain + 0.5, 0, 255), np.uint8) for each in (first, *others)]


def dis_flow(first: Bytes, second: Bytes, start: Array | None) -> Array:
    """Where the pixels of one grey picture lie in another.

    first, second  [h w]    0..255; 24 pixels and more on each side
    start          [h w 2]  flow to begin with; zeros are not the same bits as None
    returns        [h w 2]  pixels, x right, y down, from the first to the second
    """
    # made anew for every pair: one is not safe to share between threads, and it costs nothing beside its work
    dense: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.asarray(dense.calc(first, second, start), np.float32)
