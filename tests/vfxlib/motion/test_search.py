"""The search for the velocity with the least cost."""

from __future__ import annotations

import numpy as np

from tests.vfxlib.motion.scenes import hole
from tests.vfxlib.motion.sliding import HEIGHT, SPEED, WIDTH, bars, grainy, judge, pairs, points, views
from vfxlib.motion.measure import UNMEASURED
from vfxlib.motion.search import coarse_points, search

KNOWN = hole(HEIGHT, WIDTH, 36, 24, 8)
GUESS = np.zeros((HEIGHT, WIDTH, 2), np.float32)


def searched(labels, guess=GUESS, *, still: bool = False):
    coarse = coarse_points(points())
    return search(
        judge(at=coarse), coarse, points(), ~KNOWN, KNOWN, guess, np.array(labels, np.float32).reshape(-1, 2), still
    )


def test_the_true_velocity_is_taken_from_the_labels_and_refined() -> None:
    measured = GUESS.copy()
    measured[KNOWN] = (SPEED, 0)
    velocity, cost = searched([[SPEED + 0.3, 0.2], [-1, 0]], measured)
    assert np.abs(np.median(velocity, axis=0) - [SPEED, 0]).max() < 0.1
    assert np.median(cost) < 0.1


def test_of_velocities_that_look_alike_the_one_with_which_other_frames_move_is_taken() -> None:
    coarse, nowhere = coarse_points(points()), np.zeros_like(KNOWN)
    guess = GUESS + np.array([SPEED + 3, 0], np.float32)
    labels = np.array([[SPEED + 3, 0], [SPEED, 0]], np.float32)
    velocity, _ = search(judge(views(wall=bars()), coarse), coarse, points(), ~KNOWN, nowhere, guess, labels, False)
    middle = (np.abs(points() - [36, 24]) < 4).all(axis=1)
    assert np.abs(np.median(velocity[middle], axis=0) - [SPEED, 0]).max() < 0.1


def test_points_that_look_alike_with_two_velocities_take_the_one_that_is_measured_around_them() -> None:
    """Three pixels on, the wall looks the same: each point for itself takes now the one and now the other."""
    coarse, between = coarse_points(points()), np.where(KNOWN, SPEED, SPEED - 1.5)
    guess = np.stack([between, np.zeros_like(between)], axis=-1).astype(np.float32)
    labels = np.array([[SPEED - 3, 0], [SPEED, 0]], np.float32)
    seen = judge(grainy(views(wall=bars()), 0.01, 0), coarse, pairs(error=UNMEASURED))
    velocity, _ = search(seen, coarse, points(), ~KNOWN, KNOWN, guess, labels, False)
    assert np.mean(np.abs(velocity - [SPEED, 0]).max(axis=1) > 0.5) < 0.05


def test_grain_does_not_lead_a_good_velocity_astray() -> None:
    coarse, strayed = coarse_points(points()), []
    measured = GUESS + np.array([SPEED, 0], np.float32)
    for seed in range(3):
        seen = judge(grainy(views(), 0.03, seed), coarse)
        velocity, _ = search(seen, coarse, points(), ~KNOWN, KNOWN, measured, np.zeros((0, 2), np.float32), False)
        strayed.append(np.sqrt(np.mean(np.sum((velocity - [SPEED, 0]) ** 2, axis=1))))
    assert np.mean(strayed) < 0.038


def test_one_velocity_and_one_cost_come_back_for_each_point() -> None:
    velocity, cost = searched([])
    assert velocity.shape == (len(points()), 2)
    assert cost.shape == (len(points()),)
    assert velocity.dtype == cost.dtype == np.float32


def test_a_velocity_that_no_frame_agrees_with_is_dear() -> None:
    _, near = searched([[SPEED, 0]])
    _, far = searched([[-3, -3]])
    assert np.median(far) > np.median(near) + 0.1


def test_a_point_at_the_rim_has_the_cost_of_what_lies_beside_it() -> None:
    at, domain = (
        points() + np.array([1, 1]),
        np.roll(~KNOWN, (1, 1), (0, 1)),
    )  # no coarse point in its first row and column
    coarse = coarse_points(at)
    _, cost = search(judge(at=coarse), coarse, at, domain, ~domain, GUESS, np.array([[SPEED, 0]], np.float32), False)
    by_place = dict(zip(map(tuple, at), cost, strict=True))
    assert by_place[29, 17] == by_place[30, 18]
    assert by_place[29, 20] == by_place[30, 20]


def test_the_same_question_has_the_same_answer() -> None:
    one, other = searched([[SPEED, 0]], still=True), searched([[SPEED, 0]], still=True)
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])
