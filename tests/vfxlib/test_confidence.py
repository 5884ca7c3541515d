"""Confidence is the expected error on a scale of its own."""

import numpy as np

from vfxlib.confidence import FULL_DOUBT, confidence


def test_no_error_is_full_confidence_and_a_tenth_of_a_code_value_none():
    assert confidence(np.array([0.0, FULL_DOUBT, 5.0], np.float32)).tolist() == [1, 0, 0]


def test_in_between_it_falls_in_a_straight_line():
    error = np.linspace(0, FULL_DOUBT, 11, dtype=np.float32)
    assert np.allclose(confidence(error), np.linspace(1, 0, 11), atol=1e-6)
    assert confidence(error).dtype == np.float32
