"""Confidence: what an expected error is worth, on the one scale of all layers and reports."""

import numpy as np

from vfxlib.image.picture import Array

__all__ = ["FULL_DOUBT", "confidence", "painted_confidence"]

FULL_DOUBT = 0.1  # code values: an error at which a pixel is worth nothing
MOST_PAINTED = 0.45  # what no frame saw is never sure: it stays low, which is below 0.5, and is looked at


def confidence(error: Array) -> Array:
    """Turn an expected absolute error into confidence, 0..1.

    error    [n]  code values of the working space
    returns  [n]  clip(1 - error / 0.1)
    """
    return np.asarray(np.clip(1 - error / np.float32(FULL_DOUBT), 0, 1), np.float32)


def painted_confidence(error: Array) -> Array:
    """Turn the error that is expected of what no frame saw into confidence, 0..0.45.

    error    [n]  code values of the working space
    """
    return np.minimum(confidence(error), np.float32(MOST_PAINTED))
