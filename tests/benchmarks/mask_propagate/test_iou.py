"""The arithmetic of a carried matte is exact."""

import numpy as np
import pytest

from benchmarks.mask_propagate.iou import FrameScore, MatteScore, score_frame, score_mattes
from tests.benchmarks.mask_propagate.shots import mask


def test_iou_is_what_is_in_both_over_what_is_in_either():
    one = score_frame(7, mask((10, 10, 10, 10)), mask((15, 10, 10, 10)))
    assert (one.number, one.iou) == (7, pytest.approx(50 / 150))
    assert one.recall == pytest.approx(0.9)  # four columns more are within reach, one is not


def test_recall_grows_the_found_matte_by_a_disc_of_four_pixels():
    found = mask((20, 20, 1, 1))
    assert score_frame(0, found, mask((24, 20, 1, 1))).recall == 1
    assert score_frame(0, found, mask((25, 20, 1, 1))).recall == 0
    assert score_frame(0, found, mask((23, 23, 1, 1))).recall == 0


def test_a_frame_without_the_object_is_right_if_nothing_is_found():
    assert score_frame(0, mask(), mask()) == FrameScore(0, 1.0, 1.0)
    assert score_frame(0, mask((0, 0, 3, 3)), mask()) == FrameScore(0, 0.0, 1.0)
    assert score_frame(0, mask(), mask((0, 0, 3, 3))) == FrameScore(0, 0.0, 0.0, 0.0)


def test_thin_parts_are_what_an_opening_removes_and_are_judged_by_what_is_found_as_it_is():
    body, pole = (0, 15, 60, 25), (18, 2, 3, 10)
    score = score_frame(0, mask(body, (19, 2, 1, 10)), mask(body, pole))
    assert score.thin == pytest.approx(1 / 3)
    assert score.recall == 1
    assert score_frame(0, mask(body), mask(body, pole)).thin == 0
    assert score_frame(0, mask(body), mask(body)).thin is None


def test_thin_parts_are_told_of_frames_without_a_key():
    frames = (FrameScore(1, 1.0, 1.0, 1.0), FrameScore(2, 1.0, 1.0, 0.5), FrameScore(3, 1.0, 1.0))
    assert MatteScore(frames, (1,)).thin == 0.5
    assert MatteScore(frames[2:], ()).thin is None


def test_a_shot_is_the_mean_of_all_frames_and_can_leave_out_those_with_a_key():
    truths = {number: mask((10, 10, 10, 10)) for number in (1, 2, 3)}
    found = {1: truths[1], 2: mask((15, 10, 10, 10)), 3: mask()}
    score = score_mattes({number: np.float32(0.51) * one for number, one in found.items()}, truths, (1,))
    assert score.iou == pytest.approx((1 + 1 / 3 + 0) / 3)
    assert score.without(score.keys).iou == pytest.approx(1 / 6)
    assert score.without({1, 2, 3}) == score
    assert score.worst.number == 3
    half = score_mattes({number: np.float32(0.5) * one for number, one in found.items()}, truths, (1,))
    assert half.iou == 0
