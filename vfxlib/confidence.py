"""Confidence: what an expected error is worth, on the one scale of all layers and reports."""

import numpy as np

from vfxlib.image.picture import Array

__all__ = ["FULL_DOUBT", "confidence"]

FULL_DOUBT = 0.1  # code values: an error at which a pixel is worth nothing


def confidence(error: Array) -> Array:
    """Turn an expected absolute error into confidence, 0..1.

    error    [n]  code values of the working space
    returns  [n]  clip(1 - error / 0.1)
    """
    return np.asarray(np.clip(1 - error / np.float32(FULL_DOUBT), 0, 1), np.float32)
