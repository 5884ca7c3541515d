"""Marks that stay where they are."""

import numpy as np

from vfxlib.mask_propagate.damage_places import SeenParts, find_parts, staying_parts

KEY = np.zeros((20, 30), np.float32)
KEY[3:6, 3:9] = 1
KEY[12:15, 20:26] = 1
KEY[2, 3:9] = 0.1

NOTHING = np.zeros(KEY.shape, np.bool_)


def shares(*there):
    """What frames show of both parts, nothing of it beside its place."""
    return [SeenParts(np.array(each), np.array(each), np.array(each) < 0.1) for each in there]


def picture(*there):
    """A frame with noise that shows the parts, each as strongly as asked."""
    noise = np.random.default_rng(1).normal(0.4, 0.005, (20, 30, 3))
    noise[3:6, 3:9] += 0.2 * there[0]
    noise[12:15, 20:26] -= 0.3 * there[1]
    return noise.astype(np.float32)


def test_parts_hang_together_and_their_soft_rim_is_theirs():
    parts = find_parts(KEY, picture(1, 1))
    assert parts.count == 2
    assert parts.labels[2, 4] == parts.labels[4, 4] != parts.labels[13, 22]
    assert find_parts(np.zeros((4, 4), np.float32), np.zeros((4, 4, 3), np.float32)).count == 0


def test_parts_are_seen_by_their_contrast_at_their_place():
    parts = find_parts(KEY, picture(1, 1))
    seen = parts.seen(picture(0.5, 0), NOTHING)
    assert np.allclose(seen.here, [0.5, 0], atol=0.1)
    assert seen.gone.tolist() == [False, True]
    assert parts.seen(picture(0, 0), KEY > 0).here.tolist() == [1, 1]
    moved = parts.seen(np.roll(picture(1, 1), 2, 1), NOTHING)
    assert (moved.here < 0.8).all()
    assert np.allclose(moved.best, 1, atol=0.1)


def test_what_is_seen_at_its_place_stays_and_what_is_not_does_not():
    staying = staying_parts(find_parts(KEY, picture(1, 1)), shares((0.9, 0), (0.8, 0.1), (0.3, 0)))
    assert staying.stays.tolist() == [True, False]
    assert staying.near[4, 4]
    assert not staying.near[13, 22]
    assert staying.on_frame(*shares((0.3, 1))).tolist() == [True, False]


def test_what_lies_a_pixel_beside_its_place_as_often_has_moved():
    moved = [SeenParts(np.array([0.6, 0.9]), np.array([1.0, 0.9]), np.zeros(2, np.bool_))] * 2
    assert staying_parts(find_parts(KEY, picture(1, 1)), moved + shares((0.9, 0.9))).stays.tolist() == [False, True]


def test_what_is_known_to_be_elsewhere_does_not_stay():
    seen = shares((0.9, 0.9), (0.8, 0.9))
    assert staying_parts(find_parts(KEY, picture(1, 1)), seen, {2}).stays.tolist() == [True, False]


def test_what_blinks_is_there_only_where_most_of_it_is_seen():
    staying = staying_parts(find_parts(KEY, picture(1, 1)), shares((0.9, 0), (0, 0), (0.9, 0), (0, 0)))
    assert staying.stays.tolist() == [True, False]
    assert not staying.on_frame(*shares((0.3, 0)))[0]
    assert staying.on_frame(*shares((0.6, 0)))[0]


def test_without_other_frames_nothing_is_known_to_stay():
    assert not staying_parts(find_parts(KEY, picture(1, 1)), []).stays.any()
