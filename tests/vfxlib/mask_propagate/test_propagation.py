import pytest
import torch

from tests.vfxlib.mask_propagate.shots import (
    HEIGHT,
    LARGE,
    SIDE,
    WIDTH,
    Says,
    Shot,
    blind,
    by_colour,
    by_motion,
    by_place,
    crossing,
    iou,
    looked_at,
    red,
)
from vfxlib.mask_propagate.propagation import REST_MARGIN, ObjectSize, propagate, segment, warp_along

SIZE = ObjectSize(SIDE**2, SIDE)


def carried(shot, network, folder, indices, room=LARGE, keys=None):
    """Every propagated frame, by index; the keys are true mattes unless others are given."""
    keys = {index: shot.matte(index) for index in indices} if keys is None else keys
    with looked_at(shot, folder, room) as dataset:
        return by_place(propagate(network, dataset, keys, SIZE, room=room, folder=folder))


def test_a_moved_object_brings_its_matte_along(tmp_path):
    shot = crossing()
    with looked_at(shot, tmp_path) as dataset:
        for index, to in ((4, 5), (5, 4)):
            came = warp_along(dataset, shot.matte(index), index, to)
            assert came.shape == (1, HEIGHT, WIDTH)
            assert came[0][shot.part(to)].min() > 0.99
            # beside it is only what the object uncovers: nobody sees there where the wall came from
            rest = came[0][~shot.part(to)]
            assert (rest > 0.01).float().mean() < 0.04


def test_a_keys_frame_is_the_key(tmp_path):
    soft = crossing().matte(5) * 0.7
    soft[:, :3, :3] = 0.4  # and however odd it may be
    propagated = carried(crossing(), by_colour, tmp_path, (), keys={5: soft})
    assert torch.equal(propagated[5].mattes, soft)
    assert torch.equal(propagated[5].warped, soft)


@pytest.mark.parametrize("index", [0, 5, 11])
def test_a_key_in_the_middle_is_carried_both_ways(index, tmp_path):
    shot = crossing()
    propagated = carried(shot, by_colour, tmp_path, (index,))
    assert sorted(propagated) == list(range(len(shot)))
    assert all(iou(propagated[n].mattes, shot.matte(n)) > 0.9 for n in propagated)
    assert all(propagated[n].warped[0][shot.part(n)].mean() > 0.9 for n in propagated)


def test_the_network_is_asked_frame_by_frame_with_what_came_along_from_the_neighbour(tmp_path):
    shot = crossing(3)
    propagated = carried(shot, by_colour, tmp_path, (0,))
    with looked_at(shot, tmp_path) as dataset:
        assert torch.equal(propagated[2].warped, warp_along(dataset, propagated[1].mattes, 1, 2))


def test_between_two_keys_both_count_the_nearer_more(tmp_path):
    resting = Shot(((20, 12),) * 5, pan=0)
    one, other = torch.zeros(1, HEIGHT, WIDTH), torch.zeros(1, HEIGHT, WIDTH)
    one[:, 10:20, 10:20] = 1
    other[:, 10:20, 14:24] = 1
    propagated = carried(resting, by_motion, tmp_path, (), keys={0: one, 4: other})
    for index in range(5):
        share = index / 4
        assert propagated[index].mattes[0, 15, 12] == pytest.approx(1 - share, abs=1e-3)
        assert propagated[index].mattes[0, 15, 17] == pytest.approx(1, abs=1e-3)
        assert propagated[index].mattes[0, 15, 22] == pytest.approx(share, abs=1e-3)
        assert torch.allclose(propagated[index].mattes, propagated[index].warped, atol=1e-3)


def test_two_keys_next_to_each_other_and_keys_at_both_ends_leave_no_frame_out(tmp_path):
    shot = crossing(6)
    for indices in ((2, 3), (0, 5), (0, 1, 2, 3, 4, 5)):
        propagated = carried(shot, by_colour, tmp_path, indices)
        assert sorted(propagated) == list(range(6))


def test_more_keys_never_make_a_frame_farther_from_a_key(tmp_path):
    shot = crossing()
    one, two = carried(shot, by_motion, tmp_path, (0,)), carried(shot, by_motion, tmp_path, (0, 11))
    assert iou(two[10].mattes, shot.matte(10)) > iou(one[10].mattes, shot.matte(10)) + 0.2


def test_nothing_is_carried_across_a_cut(tmp_path):
    shot = crossing(8, cuts=(4,))
    propagated = carried(shot, by_motion, tmp_path, (1,))
    assert all(propagated[index].warped.max() == 0 for index in (4, 5, 6, 7))
    assert all(propagated[index].mattes.max() < 1e-3 for index in (4, 5, 6, 7))
    both = carried(shot, by_motion, tmp_path, (1, 6))
    alone = carried(shot, by_motion, tmp_path, (6,))
    assert all(torch.equal(both[index].mattes, alone[index].mattes) for index in (4, 5, 7))


def test_a_take_without_a_key_is_searched_for_what_looks_like_the_object(tmp_path):
    shot = crossing(8, cuts=(4,))
    propagated = carried(shot, by_colour, tmp_path, (1,))
    assert all(iou(propagated[index].mattes, shot.matte(index)) > 0.9 for index in (4, 5, 6, 7))
    first = carried(crossing(8, cuts=(4,)), by_colour, tmp_path, (6,))
    assert all(iou(first[index].mattes, shot.matte(index)) > 0.9 for index in (0, 1, 2, 3))


def test_an_object_that_was_lost_is_found_again(tmp_path):
    there = ((40, 20), (46, 20), (52, 20), (60, 20), None, None, (2, 4), (5, 4), (8, 4))
    shot = Shot(there)
    propagated = carried(shot, by_colour, tmp_path, (0,))
    assert all(propagated[index].mattes.sum() < 1 for index in (4, 5))
    assert propagated[6].warped.max() == 0
    assert all(iou(propagated[index].mattes, shot.matte(index)) > 0.9 for index in (6, 7, 8))


@pytest.mark.parametrize("pan", [0, 1])
def test_an_object_at_rest_that_was_missed_for_a_while_is_found_again(pan, tmp_path):
    """What was not found on a frame is not background there."""
    shot, asked = Shot(tuple((40 - pan * index, 12) for index in range(26)), pan=pan), []

    def blinks(features, carried):
        asked.append(1)
        return red(features) * (not 4 <= len(asked) <= 14)

    propagated = carried(shot, Says(blinks), tmp_path, (0,))
    assert propagated[8].mattes.max() < 1e-3
    assert all(iou(propagated[index].mattes, shot.matte(index)) > 0.9 for index in range(15, 26))


def test_an_object_that_jumped_is_found_where_it_went(tmp_path):
    shot = Shot(((10, 12), (10, 12), (28, 12), (28, 12)), pan=0)

    class Still(Shot):
        """Its motion was not measured."""

        def moved(self, index, to):
            return Shot(((10, 12),) * 4, pan=0).moved(index, to)

    propagated = carried(Still(shot.there, pan=0), by_colour, tmp_path, (0,))
    assert iou(propagated[2].mattes, shot.matte(2)) > 0.9


def test_the_size_of_the_key_says_what_may_be_found_anywhere(tmp_path):
    everything = Says(lambda features, carried: torch.ones_like(carried))
    specks = Says(lambda features, carried: _speck())
    shot = Shot(((20, 12), None, None))
    for network in (everything, specks):
        propagated = carried(Shot(shot.there, cuts=(1,)), network, tmp_path, (0,))
        assert all(propagated[index].mattes.max() == 0 for index in (1, 2))


def _speck():
    speck = torch.zeros(1, HEIGHT, WIDTH)
    speck[:, 3:6, 3:6] = 1
    return speck


def test_what_looks_like_the_object_is_not_taken_far_from_where_it_was(tmp_path):
    def double(features, carried):
        both = red(features)
        both[:, 38:46, 2:10] = 1  # a look-alike
        return both

    shot = crossing(8, (20, 4), (1, 0))
    propagated = carried(shot, Says(double), tmp_path, (0,))
    assert all(propagated[index].mattes[:, 38:46, 2:10].max() == 0 for index in propagated)
    assert all(iou(propagated[index].mattes, shot.matte(index)) > 0.85 for index in propagated)


def test_into_background_that_other_frames_show_an_object_grows_no_farther_than_its_rim(tmp_path):
    """Though the network sees the object there, and it touches."""
    shot = crossing(12, (4, 12), (4, 0), pan=0)

    def and_the_ground(features, carried):
        both = red(features)
        both[:, 26:] = 1
        return both

    propagated = carried(shot, Says(and_the_ground), tmp_path, (0,))
    for index in range(1, 5):
        assert propagated[index].mattes[:, 26 + REST_MARGIN + 3 : -3, 14:50].max() == 0
        assert iou(propagated[index].mattes[:, :26], shot.matte(index)[:, :26]) > 0.85


def test_an_object_at_rest_is_kept_though_all_frames_show_it(tmp_path):
    for pan in (0, 1):
        shot = Shot(tuple((40 - pan * index, 12) for index in range(26)), pan=pan)
        propagated = carried(shot, by_colour, tmp_path, (4,))
        assert all(iou(propagated[index].mattes, shot.matte(index)) > 0.9 for index in propagated)


def test_several_objects_stay_apart(tmp_path):
    shot = crossing(8)
    top, bottom = (torch.zeros(1, HEIGHT, WIDTH) for _ in range(2))
    keys = {}
    for index in range(8):
        top[:], bottom[:] = shot.matte(index), torch.tensor(shot.shade(index)).float()
        keys[index] = torch.cat((top, bottom))
    network = Says(lambda features, carried: carried * (carried > 0.6), 2)
    with looked_at(Shot(shot.there, shadow=0.15), tmp_path) as dataset:
        propagated = by_place(propagate(network, dataset, {3: keys[3]}, SIZE, room=LARGE, folder=tmp_path))
    for index in (2, 4):
        assert propagated[index].mattes.shape == (2, HEIGHT, WIDTH)
        assert propagated[index].mattes[0][shot.part(index)].min() > 0.99
        assert propagated[index].mattes[1][shot.shade(index)].min() > 0.99
        assert propagated[index].mattes[1][shot.part(index, 0, SIDE - 1)].max() < 0.01


def test_one_of_several_objects_that_was_lost_is_found_again(tmp_path):
    """Though another is still there, and it comes back far from that."""
    there = ((40, 28), (46, 28), (52, 28), (60, 28), None, None, (48, 28), (45, 28), (42, 28))
    shot, rest = Shot(there, pan=0), torch.zeros(1, HEIGHT, WIDTH)
    rest[:, 2:12, 2:12] = 1
    network = Says(lambda features, carried: torch.cat((rest, red(features))), 2)
    keys = {0: torch.cat((rest, shot.matte(0)))}
    with looked_at(shot, tmp_path) as dataset:
        size = ObjectSize(float(keys[0].sum()), 50.0)
        propagated = by_place(propagate(network, dataset, keys, size, room=LARGE, folder=tmp_path))
    for index in range(9):
        assert torch.allclose(propagated[index].mattes[0], rest[0], atol=1e-3)
        if shot.there[index] is None:
            assert propagated[index].mattes[1].max() < 1e-3
        else:
            assert iou(propagated[index].mattes[1], shot.matte(index)[0]) > 0.9


def test_an_empty_key_says_that_nothing_is_there(tmp_path):
    shot = crossing()
    empty = torch.zeros(1, HEIGHT, WIDTH)
    propagated = carried(shot, by_motion, tmp_path, (), keys={0: shot.matte(0), 5: empty})
    assert torch.equal(propagated[5].mattes, empty)
    assert propagated[6].mattes.max() < 1e-3
    assert propagated[4].mattes.max() < 0.3


def test_what_no_one_sees_is_carried_no_farther(tmp_path):
    propagated = carried(crossing(), blind, tmp_path, (5,))
    assert all(propagated[index].mattes.max() < 1e-3 for index in propagated if index != 5)


def test_a_carrying_repeats_bit_for_bit_whatever_the_room(tmp_path):
    shot = crossing()
    one, again, cramped = (carried(shot, by_colour, tmp_path, (2, 9), room) for room in (LARGE, LARGE, 0))
    for index in range(len(shot)):
        assert torch.equal(one[index].mattes, again[index].mattes)
        assert torch.equal(one[index].mattes, cramped[index].mattes)
        assert torch.equal(one[index].warped, cramped[index].warped)
    assert not list(tmp_path.iterdir())


def test_the_network_says_log_odds_and_is_heard_as_a_probability(tmp_path):
    mattes = torch.rand(2, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(0))
    with looked_at(crossing(3), tmp_path) as dataset:
        said = segment(Says(lambda features, carried: carried, 2), dataset, 1, mattes)
    assert torch.allclose(said, mattes, atol=1e-5)
