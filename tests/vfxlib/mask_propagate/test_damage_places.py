"""Marks that stay where they are."""

import numpy as np

from vfxlib.mask_propagate.damage_places import find_parts, staying_parts

KEY = np.zeros((20, 30), np.float32)
KEY[3:6, 3:9] = 1
KEY[12:15, 20:26] = 1
KEY[2, 3:9] = 0.1


def shares(*there):
    """Shares of both parts, by frame."""
    return [np.array(each, np.float32) for each in there]


def test_parts_hang_together_and_their_soft_rim_is_theirs():
    parts = find_parts(KEY)
    assert parts.count == 2
    assert parts.labels[2, 4] == parts.labels[4, 4] != parts.labels[13, 22]
    found = np.zeros(KEY.shape, np.bool_)
    found[3:6, 3:6] = True
    assert parts.shares(found).tolist() == [0.5, 0]
    assert find_parts(np.zeros((4, 4), np.float32)).count == 0


def test_what_is_seen_at_its_place_stays_and_what_is_not_does_not():
    staying = staying_parts(find_parts(KEY), shares((0.9, 0), (0.8, 0.1), (0.3, 0)))
    assert staying.stays.tolist() == [True, False]
    assert staying.near[4, 4]
    assert not staying.near[13, 22]
    assert staying.on_frame(np.array([0.3, 1], np.float32)).tolist() == [True, False]
    assert staying.on_frame(np.array([0.0, 1], np.float32)).tolist() == [False, False]


def test_what_blinks_is_there_only_where_most_of_it_is_seen():
    staying = staying_parts(find_parts(KEY), shares((0.9, 0), (0, 0), (0.9, 0), (0, 0)))
    assert staying.stays.tolist() == [True, False]
    assert not staying.on_frame(np.array([0.3, 0], np.float32))[0]
    assert staying.on_frame(np.array([0.6, 0], np.float32))[0]


def test_without_other_frames_nothing_is_known_to_stay():
    assert not staying_parts(find_parts(KEY), []).stays.any()
