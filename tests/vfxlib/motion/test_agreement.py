"""Of two completions each region has the one with which the other frames agree."""

from __future__ import annotations

import numpy as np

from vfxlib.motion.agreement import BETTER, choose_by_agreement

SHAPE = (40, 120)
Y, X = (each.ravel() for each in np.mgrid[:40, :120])
POINTS = np.stack([X, Y], axis=-1)
ONE, OTHER = np.zeros((len(POINTS), 2), np.float32), np.ones((len(POINTS), 2), np.float32)


def chosen(first, other):
    costs = [np.broadcast_to(np.asarray(cost, np.float32), (len(POINTS),)) for cost in (first, other)]
    return choose_by_agreement(POINTS, SHAPE, (ONE, costs[0]), (OTHER, costs[1]))


def test_each_region_takes_what_agrees_better_there() -> None:
    velocity, cost = chosen(np.where(X < 60, 0.1, 0.8), np.where(X < 60, 0.8, 0.1))
    assert (velocity[X < 60] == 0).all()
    assert (velocity[X >= 60] == 1).all()
    assert (cost < 0.2).all()


def test_where_neither_is_better_the_first_stays() -> None:
    for other in (0.5, 0.5 * BETTER + 1e-3):
        assert (chosen(0.5, other)[0] == 0).all()
    assert (chosen(0.5, 0.5 * BETTER - 1e-2)[0] == 1).all()


def test_a_single_point_does_not_change_sides() -> None:
    other = np.where((X == 50) & (Y == 20), 0.0, 0.6)
    assert (chosen(0.5, other)[0] == 0).all()
