"""Confidence: what an expected error is worth, on the one scale of all layers and reports."""

import numpy as np

from vfxlib.image.picture import Array

__all__ = ["FULL_DOUBT", "confidence", "expected_error", "painted_confidence", "painted_error"]

FULL_DOUBT = 0.1  # code values: an error at which a pixel is worth nothing
MOST_PAINTED = 0.45  # what no frame saw is never sure: it stays low, which is below 0.5, and is looked at


def confidence(error: Array) -> Array:
    """Turn an expected absolute error into confidence, 0..1.

    error    [n]  code values of the working space
    returns  [n]  clip(1 - error / 0.1)
    """
    return np.asarray(np.clip(1 - error / np.float32(FULL_DOUBT), 0, 1), np.float32)


def expected_error(confidence: Array) -> Array:
    """Turn confidence [...] back into the error that it promises, code values: 0.1 where it is 0."""
    return np.asarray(np.float32(FULL_DOUBT) * (1 - confidence), np.float32)


def painted_confidence(error: Array) -> Array:
    """Turn the error that is expected of what no frame saw into confidence, 0..0.45: never sure, but not all alike.

    error    [n]  code values of the working space
    returns  [n]  0.45 of what the error is worth elsewhere
    """
    return np.float32(MOST_PAINTED) * confidence(error)


def painted_error(confidence: Array) -> Array:
    """Turn confidence [...] of what no frame saw back into the error that is expected of it, code values."""
    return expected_error(np.minimum(confidence / np.float32(MOST_PAINTED), 1))
