"""Which frames detail is taken from."""

import numpy as np

from vfxlib.residual_hires.references import choose_references

HALF = np.arange(10) < 5


def alike(*offsets, value=1.0):
    return {offset: np.full(10, value, np.float32) for offset in offsets}


def test_the_frame_that_uncovers_most_comes_first_and_then_what_it_does_not_show():
    shows = {1: HALF, 2: HALF, 3: np.ones(10, np.bool_), 4: ~HALF}
    chosen = choose_references(shows, alike(1, 2, 3, 4), 4)
    assert chosen[0] == 3
    assert set(chosen[1:3]) == {1, 4}


def test_of_equals_the_nearer_one_is_taken():
    shows = {offset: np.ones(10, np.bool_) for offset in (-5, 2, 5)}
    assert choose_references(shows, alike(-5, 2, 5), 1) == [2]


def test_what_is_hardly_less_alike_but_much_nearer_is_taken():
    shows = {offset: np.ones(10, np.bool_) for offset in (2, 12)}
    assert choose_references(shows, {**alike(2, value=0.99), **alike(12)}, 1) == [2]


def test_a_frame_that_shows_nothing_or_looks_other_is_left_out():
    shows = {1: np.ones(10, np.bool_), 2: np.zeros(10, np.bool_)}
    assert choose_references(shows, alike(1, 2), 20) == [1]
    both = {1: np.ones(10, np.bool_), -1: np.ones(10, np.bool_)}
    assert choose_references(both, {**alike(1, value=0.2), **alike(-1)}, 1) == [-1]


def test_without_frames_there_are_no_references():
    assert choose_references({}, {}, 20) == []
