"""The shot as one chain, and its cuts."""

from __future__ import annotations

import numpy as np

from tests.vfxlib.motion.scenes import hole, shoot, texture
from vfxlib.motion import Join, link
from vfxlib.motion.field import project


def shift(x: float, y: float) -> Join:
    return Join(np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]]), 500, 0.9)


def test_registrations_are_chained_over_the_shot() -> None:
    chain = link(range(4), {0: shift(2, 0), 1: shift(3, 1), 2: shift(0, -1)})
    assert np.allclose(project(chain.between(0, 3), np.zeros((1, 2))), [[5, 0]])
    assert np.allclose(project(chain.between(3, 1), np.zeros((1, 2))), [[-3, 0]])
    assert not chain.locked
    assert chain.cuts == ()


def test_a_cut_is_found_where_nothing_matches() -> None:
    frames = [texture(180, 320, 1), texture(180, 320, 1), texture(180, 320, 2), texture(180, 320, 2)]
    _, pairs = shoot(frames, [hole(180, 320, 100, 90)] * 4)
    chain = link(range(4), {t: p.join for t, p in pairs.items()})
    assert chain.cuts == (2,)
    assert chain.joined(0, 1)
    assert not chain.joined(1, 2)
    assert chain.locked == {0, 1}


def test_given_cuts_are_taken_and_no_others_found() -> None:
    nothing = Join(np.eye(3), 0, 0.0)
    chain = link(range(4), {t: nothing for t in range(3)}, cuts=[3])
    assert chain.cuts == (3,)


def test_a_gap_in_the_indices_ends_a_take() -> None:
    chain = link([1, 2, 5, 6], {1: shift(1, 0), 5: shift(1, 0)})
    assert chain.cuts == (5,)


def test_a_flat_picture_is_no_cut() -> None:
    grey = np.full((180, 320), 0.4, np.float32)
    _, pairs = shoot([grey, grey + np.float32(0.01)], [hole(180, 320, 100, 90)] * 2)
    assert link(range(2), {0: pairs[0].join}).cuts == ()


def test_two_places_of_like_light_are_a_cut_and_a_step_of_light_is_none() -> None:
    alike = Join(np.eye(3), 0, 0.75)  # three quarters agree within a stop, and no feature is found again
    lit = Join(np.eye(3), 300, 0.31)
    assert link(range(2), {0: alike}).cuts == (1,)
    assert link(range(2), {0: lit}).cuts == ()
