"""Confidence is the expected error on a scale of its own."""

import numpy as np
import pytest

from vfxlib.confidence import FULL_DOUBT, confidence, expected_error, painted_confidence, painted_error


def test_no_error_is_full_confidence_and_a_tenth_of_a_code_value_none():
    assert confidence(np.array([0.0, FULL_DOUBT, 5.0], np.float32)).tolist() == [1, 0, 0]


def test_in_between_it_falls_in_a_straight_line():
    error = np.linspace(0, FULL_DOUBT, 11, dtype=np.float32)
    assert np.allclose(confidence(error), np.linspace(1, 0, 11), atol=1e-6)
    assert confidence(error).dtype == np.float32


def test_what_no_frame_saw_is_never_sure_but_not_all_alike():
    error = np.linspace(0, FULL_DOUBT, 6, dtype=np.float32)
    told = painted_confidence(error)
    assert told == pytest.approx(0.45 * confidence(error))
    assert painted_error(told) == pytest.approx(error, abs=1e-7)
    assert painted_error(np.float32([1.0])) == 0  # of others, who are surer


def test_confidence_says_what_error_it_promises():
    error = np.linspace(0, FULL_DOUBT, 6, dtype=np.float32)
    assert expected_error(confidence(error)) == pytest.approx(error, abs=1e-7)
