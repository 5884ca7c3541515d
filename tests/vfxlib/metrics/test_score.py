"""Score: the figures of a sequence, and what could not be measured."""

import json

import numpy as np
import pytest

from vfxlib.image.picture import Array
from vfxlib.metrics.score import Scorer


def picture(seed: int) -> Array:
    return np.random.default_rng(seed).uniform(0.2, 0.8, (40, 50, 3)).astype(np.float32)


def no_motion(first: Array, _: Array) -> Array:
    return np.zeros((*first.shape[:2], 2), np.float32)


def test_a_perfect_result_has_perfect_figures() -> None:
    scorer = Scorer(no_motion)
    hole = np.zeros((40, 50), bool)
    hole[10:30, 10:40] = True
    for number in (1, 2, 3):
        scorer.add(number, picture(number), picture(number), hole)
    score = scorer.score("srgb", 0)
    assert (score.psnr, score.psnr_worst, score.ssim, score.grain, score.warping) == (120, 120, 1, 1, 1)
    assert score.frames == (1, 2, 3)
    assert scorer.warping.count == 2 * 3 * 600


def test_the_worst_frame_is_named() -> None:
    scorer = Scorer()
    hole = np.ones((40, 50), bool)
    for number, error in ((1, 0.1), (2, 0.2), (3, 0.05)):
        scorer.add(number, picture(number) + np.float32(error), picture(number), hole)
    score = scorer.score("srgb")
    assert score.worst_frame == 2
    assert score.psnr_worst == pytest.approx(13.979, abs=1e-3)
    assert score.psnr_per_frame[3] == pytest.approx(26.02, abs=1e-2)
    assert (score.warping, score.changed_outside) == (None, None)


def test_warping_is_measured_between_neighbours_only() -> None:
    scorer = Scorer(no_motion)
    hole = np.ones((40, 50), bool)
    for number in (1, 3, 5):
        scorer.add(number, picture(number), picture(number), hole)
    assert scorer.score("srgb").warping is None


def test_without_a_hole_there_are_no_figures_and_json_stays_plain() -> None:
    scorer = Scorer(no_motion)
    scorer.add(1, picture(1), picture(2), np.zeros((40, 50), bool))
    plain = scorer.score("log").to_mapping()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert {name for name, value in plain.items() if value is None} >= {"psnr", "psnr_worst", "ssim", "grain"}


def test_what_cannot_be_judged_is_said_and_why() -> None:
    scorer = Scorer(no_motion)
    hole = np.zeros((40, 50), bool)
    scorer.add(1, picture(1), picture(2), hole)
    hole[3, 4] = True
    scorer.add(3, picture(1), picture(2), hole)
    score = scorer.score("srgb", notes=["first"])
    assert (score.grain, score.warping) == (None, None)
    assert score.notes == (
        "first",
        "nothing is judged on 1, where there is no hole",
        "no grain: no hole has 64 pixels away from its border",
        "no warping: no two frames follow each other",
    )


def test_of_a_measure_that_was_not_asked_for_nothing_is_said() -> None:
    scorer = Scorer()
    scorer.add(1, picture(1), picture(2), np.ones((40, 50), bool))
    assert scorer.score("srgb").notes == ()
