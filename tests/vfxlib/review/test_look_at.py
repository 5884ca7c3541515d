"""What is found is what is wrong: a pop, a slide, low confidence, a large painted area; and nothing on a right fill."""

import math

import numpy as np
import pytest

from tests.vfxlib.review.made_fill import FRAMES, POPPED, SIZE, views
from vfxlib.review.fill_measures import FillMotion, PairMeasure
from vfxlib.review.frame_confidence import FrameConfidence
from vfxlib.review.look_at import doubtful, frames_to_look_at, never_seen, pops, swims


def found(kind: str):
    own = FillMotion()
    pairs = [pair for number, view in views(kind) if (pair := own.add(number, view)) is not None]
    sure = [FrameConfidence(number, 100, 0.0, 1.0, frozenset()) for number in FRAMES]
    return frames_to_look_at(sure, {}, pairs, SIZE)


def test_a_fill_that_pops_in_one_frame_is_found_there():
    (only,) = found("pop")
    assert (only.kind, only.number) == ("pop", POPPED)
    assert "differs from the frame before and the one behind" in only.words


def test_a_fill_that_slides_is_found_all_along():
    (only,) = found("slide")
    assert (only.kind, only.frames) == ("swim", tuple(FRAMES))
    assert "1.0 px a frame" in only.words


def test_a_right_fill_raises_nothing():
    assert found("plain") == ()


def pairs(peaks, around=1.0):
    return [PairMeasure(n, n + 1, peak=peak, peak_around=around) for n, peak in enumerate(peaks)]


def test_a_change_that_stays_is_found_on_the_first_frame_that_has_it():
    (only,) = pops(pairs([2, 2, 2, 2, 2, 20, 2, 2, 2, 2, 2]))
    assert only.number == 6
    assert "at once from 5 to 6" in only.words


def test_a_light_that_changes_in_the_plate_too_is_no_pop():
    flash = [2.0] * 5 + [20.0] + [2.0] * 5
    made = [PairMeasure(n, n + 1, peak=peak, peak_around=peak) for n, peak in enumerate(flash)]
    assert pops(made) == []


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_no_pop(seed):
    noise = np.random.default_rng(seed).normal(5, 1, 60)
    assert pops(pairs(list(noise), around=5.0)) == []


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_was_not_told_is_nothing(value):
    strange = [PairMeasure(n, n + 1, peak=value, slide=value, rim=value) for n in range(9)]
    assert pops(strange) == []
    assert swims(strange, 100) == []


def test_a_single_pair_is_no_swim():
    still = [PairMeasure(n, n + 1, slide=3.0 if n == 4 else 0.0) for n in range(9)]
    assert swims(still, 270) == []


def test_low_confidence_is_told_for_a_stretch_by_its_worst_frame():
    lows = {1: 0.0, 2: 0.1, 3: 0.4, 4: 0.2, 5: 0.0, 6: 0.06}
    found_at = doubtful([FrameConfidence(n, 10, low, 0.5, frozenset()) for n, low in lows.items()])
    assert [(each.number, each.frames) for each in found_at] == [(3, (2, 3, 4)), (6, (6,))]


def test_only_a_large_painted_area_is_told():
    frames = [FrameConfidence(n, filled, 0.0, 1.0, frozenset()) for n, filled in ((1, 1000), (2, 100))]
    (only,) = never_seen(frames, {1: 0.5, 2: 0.5}, (100, 100))
    assert only.frames == (1,)
    assert only.words == "50 % of the fill was painted, 5 % of the picture"


def test_the_worst_comes_first():
    frames = [FrameConfidence(1, 10, 0.06, 0.9, frozenset()), FrameConfidence(5, 10, 0.3, 0.3, frozenset())]
    assert [each.number for each in frames_to_look_at(frames, {}, [], SIZE)] == [5, 1]
