"""Marks that stay where they are."""

import numpy as np

from vfxlib.mask_propagate.damage_places import SeenParts, find_parts, staying_parts

KEY = np.zeros((20, 30), np.float32)
KEY[3:6, 3:9] = 1
KEY[12:15, 20:26] = 1
KEY[2, 3:9] = 0.1


def shares(*there):
    """What frames show of both parts, nothing of it beside its place."""
    return [SeenParts(np.array(each), np.array(each)) for each in there]


def test_parts_hang_together_and_their_soft_rim_is_theirs():
    parts = find_parts(KEY)
    assert parts.count == 2
    assert parts.labels[2, 4] == parts.labels[4, 4] != parts.labels[13, 22]
    found = np.zeros(KEY.shape, np.bool_)
    found[3:6, 3:6] = True
    assert parts.seen(found).here.tolist() == [0.5, 0]
    assert parts.seen(np.roll(found, 2, 1)).best.tolist() == [0.5, 0]
    assert parts.seen(np.roll(found, -2, 1)).here.tolist() == [1 / 6, 0]
    assert find_parts(np.zeros((4, 4), np.float32)).count == 0


def test_what_is_seen_at_its_place_stays_and_what_is_not_does_not():
    staying = staying_parts(find_parts(KEY), shares((0.9, 0), (0.8, 0.1), (0.3, 0)))
    assert staying.stays.tolist() == [True, False]
    assert staying.near[4, 4]
    assert not staying.near[13, 22]
    assert staying.on_frame(*shares((0.3, 1))).tolist() == [True, False]
    assert staying.on_frame(*shares((0, 1))).tolist() == [False, False]


def test_what_lies_a_pixel_beside_its_place_as_often_has_moved():
    moved = [SeenParts(np.array([0.6, 0.9]), np.array([1.0, 0.9]))] * 2
    assert staying_parts(find_parts(KEY), moved + shares((0.9, 0.9))).stays.tolist() == [False, True]


def test_what_blinks_is_there_only_where_most_of_it_is_seen():
    staying = staying_parts(find_parts(KEY), shares((0.9, 0), (0, 0), (0.9, 0), (0, 0)))
    assert staying.stays.tolist() == [True, False]
    assert not staying.on_frame(*shares((0.3, 0)))[0]
    assert staying.on_frame(*shares((0.6, 0)))[0]


def test_without_other_frames_nothing_is_known_to_stay():
    assert not staying_parts(find_parts(KEY), []).stays.any()
