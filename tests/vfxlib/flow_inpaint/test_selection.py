"""Which candidate a point is copied from."""

import numpy as np

from tests.vfxlib.flow_inpaint.made import candidates
from vfxlib.flow_inpaint.selection import best_slots, choose, choose_again, expected_shift, valid_candidates

NONE = np.nan


def test_an_outlier_is_out_though_it_is_the_nearest():
    choice = choose(candidates([[3.0], [0.2], [0.2], [0.2]]), drift=0.1)
    assert choice.offset[0] == 2
    assert choice.count[0] == 3
    assert choice.contested[0]


def test_an_outlier_is_out_among_candidates_that_differ_a_little():
    choice = choose(candidates([[3.0], [0.2], [0.21], [0.19]]), drift=0.1)
    assert choice.offset[0] == 2


def test_two_that_are_near_in_time_outweigh_three_that_are_not():
    choice = choose(candidates([[0.2], [0.2], [0.9], [0.9], [0.9]]), drift=0.1)
    assert choice.sharp[0, 0] == np.float32(0.2)


def test_of_those_that_agree_the_nearest_in_time_is_taken():
    choice = choose(candidates([[0.2], [0.2], [0.2]]), drift=0.1)
    assert choice.offset[0] == 1
    assert choice.count[0] == 3
    assert not choice.contested[0]
    assert choice.spread[0] == choice.doubt[0] == 0


def test_a_whole_pixel_far_away_is_better_than_a_broken_one_near_by():
    found = candidates([[0.2], [0.2]], phase=np.array([[0.5], [0.0]], np.float32))
    assert choose(found, drift=0.1).offset[0] == 2
    assert choose(found, drift=0.4).offset[0] == 1, "unless positions grow uncertain quickly"


def test_where_an_artist_painted_only_that_counts():
    found = candidates([[0.2], [0.2], [0.9]], clean=np.array([[False], [False], [True]]))
    assert valid_candidates(found, slice(0, 1))[:, 0].tolist() == [False, False, True]
    choice = choose(found, drift=0.1)
    assert choice.clean[0]
    assert choice.sharp[0, 0] == np.float32(0.9)


def test_a_point_that_no_frame_shows_is_unseen():
    choice = choose(candidates([[0.2, NONE], [NONE, NONE]]), drift=0.1)
    assert choice.seen.tolist() == [True, False]
    assert choice.offset.tolist() == [1, 0]
    assert choice.count.tolist() == [1, 0]


def test_no_points_are_no_choice():
    assert choose(candidates(np.zeros((4, 0))), drift=0.1).sharp.shape == (0, 3)


def test_how_many_points_are_chosen_together_does_not_change_a_bit():
    grey = np.random.default_rng(1).random((5, 200)).astype(np.float32)
    whole = choose(candidates(grey), drift=0.2)
    part = choose(candidates(grey[:, 50:60]), drift=0.2)
    for name in ("slot", "count", "doubt", "spread", "contested"):
        assert np.array_equal(getattr(whole, name)[50:60], getattr(part, name))


def test_what_is_best_for_several_drifts_is_what_each_would_choose():
    rng = np.random.default_rng(3)
    values = rng.random((6, 300)).astype(np.float32)
    found = candidates(0.2 + 0.02 * values)
    found.phase[:] = rng.random(found.phase.shape)
    drifts = (0.01, 0.1, 1.0)
    slots = best_slots(found, drifts)
    assert not np.array_equal(slots[0], slots[2])
    for drift, slot in zip(drifts, slots, strict=True):
        assert np.array_equal(slot, choose(found, drift).slot)


def test_expected_shift_adds_resampling_time_and_the_way_back():
    found = candidates([[0.2]], phase=np.array([[0.5]], np.float32), mismatch=np.array([[2.0]], np.float32))
    assert np.allclose(expected_shift(found, 0.1, slice(0, 1)), 0.5**2 + 0.1**2 + 2.0**2)


def test_choosing_again_takes_the_best_that_looks_like_the_winner_and_leaves_other_points_alone():
    found = candidates([[3.0, 0.3], [3.0, 0.3], *[[0.2, 0.3]] * 4])
    before = choose(found, drift=0.1)
    after = choose_again(before, found, 0.1, np.array([0]), np.array([1]))
    assert before.offset.tolist() == [3, 1]
    assert after.offset.tolist() == [1, 1]
    assert after.count.tolist() == [2, 6]
    assert before.slot.tolist() == [2, 0], "the first choice is left as it was"
