"""A network is judged against the truth, as it would be displayed."""

import numpy as np
import pytest


def test_the_truth_judges_itself_perfect_and_the_plate_not(truth):
    assert truth.psnr(truth.truths.__getitem__) == pytest.approx(120)
    assert truth.psnr(truth.plates.__getitem__) < 25
    assert truth.telea() > truth.psnr(truth.plates.__getitem__)


def test_working_colour_is_displayed_as_the_plate_is(truth):
    number, frame = next(iter(truth.network_frames.items()))
    shown = truth.displayed(number, frame.colour)
    assert np.allclose(shown[frame.known], truth.plates[number][frame.known], atol=1e-4)


def test_the_hole_is_where_the_matte_is(truth):
    for number, frame in truth.network_frames.items():
        assert not (truth.holes[number] & frame.known).any()
        assert np.array_equal(truth.plates[number][frame.known], truth.truths[number][frame.known])
