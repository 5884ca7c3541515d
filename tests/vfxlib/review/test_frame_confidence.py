"""Confidence of a frame as numbers."""

import numpy as np
import pytest

from vfxlib.review.frame_confidence import frame_confidence, painted_share

MATTE = np.array([[0, 1, 1, 1, 1]], np.float32)


def test_only_what_was_filled_counts():
    data = {"matte.A": MATTE, "confidence.A": np.array([[0, 0.1, 1, 1, np.nan]], np.float32)}
    seen = frame_confidence(7, data | {"provenance.method": np.array([[0, 3, 2, 2, np.nan]], np.float32)})
    assert (seen.number, seen.filled, seen.low) == (7, 4, 0.5)
    assert seen.mean == pytest.approx(0.525)
    assert seen.methods == {0, 2, 3}


@pytest.mark.parametrize("data", [{}, {"matte.A": np.zeros((2, 2), np.float32)}])
def test_a_frame_without_a_fill_is_sure(data):
    assert frame_confidence(1, data).mean == 1
    assert painted_share(data) is None


def test_painted_is_what_no_other_frame_has_shown():
    assert painted_share({"matte.A": MATTE, "provenance.method": np.array([[5, 1, 2, 3, 4]], np.float32)}) == 0.5
    assert painted_share({"matte.A": MATTE}) is None
