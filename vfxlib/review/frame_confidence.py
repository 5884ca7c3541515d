"""How confident the fill of a frame is, as numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vfxlib.image.picture import Array
from vfxlib.layer_names import CONFIDENCE, MATTE, PROVENANCE_METHOD, Provenance

__all__ = ["LOW_CONFIDENCE", "WARNING_SHARE", "FrameConfidence", "frame_confidence", "painted_share"]

LOW_CONFIDENCE = 0.5  # confidence below this is low, design 1
WARNING_SHARE = 0.05  # share of low pixels from which a frame is marked


@dataclass(frozen=True)
class FrameConfidence:
    """How confident the fill of a frame is.

    number   the frame
    filled   pixels that were filled
    low      share of them with a confidence below 0.5
    mean     their mean confidence; 1 if none was filled
    methods  numbers of provenance.method that occur
    """

    number: int
    filled: int
    low: float
    mean: float
    methods: frozenset[int]


def frame_confidence(number: int, data: Mapping[str, Array]) -> FrameConfidence:
    """Look at the data layers of a frame: name -> [h w]."""
    matte, confidence, method = (data.get(name) for name in (MATTE, CONFIDENCE, PROVENANCE_METHOD))
    if matte is None or not (matte > 0).any():
        return FrameConfidence(number, 0, 0.0, 1.0, frozenset())
    hole = matte > 0
    methods = (
        frozenset(int(m) for m in np.unique(np.nan_to_num(method[hole]))) if method is not None else frozenset[int]()
    )
    values = np.nan_to_num(confidence[hole]) if confidence is not None else np.ones(1, np.float32)
    low, mean = float((values < LOW_CONFIDENCE).mean()), float(values.mean(dtype=np.float64))
    return FrameConfidence(number, int(np.count_nonzero(hole)), low, mean, methods)


def painted_share(data: Mapping[str, Array]) -> float | None:
    """What share of a frame's fill no other frame has shown, so that it was painted; None if the result does not say.

    data  name -> [h w]
    """
    matte, method = data.get(MATTE), data.get(PROVENANCE_METHOD)
    if matte is None or method is None:
        return None
    values = np.nan_to_num(method[matte > 0])
    return float((values >= Provenance.SPATIAL).mean()) if values.size else None
