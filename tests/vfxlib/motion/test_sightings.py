"""What other frames show of a hidden place, and what it costs a velocity."""

from __future__ import annotations

import numpy as np

from tests.vfxlib.motion.sliding import MIDDLE, SPEED, costs, points, views

EVERY = np.arange(len(points()))


def all_at(x: float, y: float = 0.0) -> np.ndarray:
    return np.broadcast_to(np.array([x, y], np.float32), (len(EVERY), 2))


def test_the_true_velocity_costs_next_to_nothing_and_every_other_more() -> None:
    judge = costs()
    true = judge.cost(EVERY, all_at(SPEED), judge.gather(EVERY, all_at(SPEED)))
    assert np.median(true) < 0.05
    for wrong in (all_at(0.0), all_at(SPEED, 1.0), all_at(-SPEED)):
        assert np.median(judge.cost(EVERY, wrong, judge.gather(EVERY, wrong))) > np.median(true) + 0.2


def test_the_nearest_frames_on_both_sides_are_gathered_and_never_two_beside_each_other() -> None:
    sightings = costs().gather(EVERY, all_at(SPEED))
    after, before = sightings.index[:2], sightings.index[2:]
    assert (after[0] == MIDDLE + 1).all()
    assert (before[0] == MIDDLE - 1).all()
    assert (after[1] >= MIDDLE + 3).all()
    assert (sightings.rejected == 0).all()


def test_a_frame_that_hides_the_place_is_passed_over() -> None:
    sightings = costs(views(hidden=(MIDDLE + 1,))).gather(EVERY, all_at(0.0))
    assert not (sightings.index == MIDDLE + 1).any()
    assert (sightings.index[2] == MIDDLE - 1).all()


def test_what_moves_otherwise_there_is_rejected() -> None:
    assert (costs().gather(EVERY, all_at(-SPEED)).rejected > 0).all()


def test_where_nothing_is_seen_the_costs_are_those_of_not_knowing() -> None:
    judge = costs(views(hidden=tuple(range(7))))
    sightings = judge.gather(EVERY, all_at(0.0))
    inner = np.flatnonzero((sightings.index == -1).all(axis=0))
    assert len(inner)
    cost = judge.cost(EVERY, all_at(0.0), sightings)[inner]
    assert np.allclose(cost, 0.6 + 0.5 * 0.5)


def test_gathering_again_at_the_same_velocity_is_the_same() -> None:
    judge = costs()
    first = judge.gather(EVERY, all_at(SPEED))
    again = judge.gather_again(EVERY, all_at(SPEED), first)
    assert np.array_equal(first.colour, again.colour)
    assert again.index is first.index
