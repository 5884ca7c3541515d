"""Mattes grown, shrunk and feathered, the same bits in a tile as in the whole."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vfxlib.image.morphology import connected_components, dilate_square, feather, fill_nearest, grow

RAMP = np.linspace(0, 1, 96, dtype=np.float32).reshape(8, 12)


def by_hand(matte, radius):
    """The largest value within a disc, one pixel of the disc after the other."""
    reach = int(abs(radius))
    pick, fill = (np.maximum, -np.inf) if radius > 0 else (np.minimum, np.inf)
    padded = np.pad(matte, reach, constant_values=fill)
    result = matte
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if dy * dy + dx * dx <= reach * reach:
                shifted = padded[reach + dy : reach + dy + matte.shape[0], reach + dx : reach + dx + matte.shape[1]]
                result = pick(result, shifted)
    return result


@pytest.mark.parametrize("radius", [1, 2, 3, 7, -1, -2, -5])
def test_growing_takes_the_largest_value_within_a_disc(radius):
    matte = np.random.default_rng(1).random((40, 50), np.float32)
    matte[matte < 0.9] = 0
    matte[25:39, 20:45] = 0.5
    assert np.array_equal(grow(matte, radius), by_hand(matte, radius))


def test_a_fraction_lies_between_the_whole_radii():
    matte = np.zeros((21, 21), np.float32)
    matte[10, 10] = 0.8
    assert np.allclose(grow(matte, 2.25), 0.75 * grow(matte, 2) + 0.25 * grow(matte, 3))
    assert np.array_equal(grow(matte, 2.25) > 0, grow(matte, 3) > 0)


def test_growing_by_nothing_changes_nothing_and_hands_out_a_copy():
    matte = RAMP
    same = grow(matte, 0)
    assert np.array_equal(same, matte)
    assert same is not matte
    assert not np.shares_memory(same, matte)


def test_an_empty_matte_stays_empty():
    assert not grow(np.zeros((9, 9), np.float32), 5).any()
    assert grow(np.zeros((0, 9), np.float32), 5).shape == (0, 9)


def test_an_object_that_leaves_the_picture_is_not_eaten_from_the_border():
    matte = np.zeros((20, 20), np.float32)
    matte[5:15, :8] = 1
    small = grow(matte, -2)
    assert small[9, 0] == 1
    assert small[9, 7] == 0


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 2.5, 4.0, -1.5, -3.0]), st.integers(8, 20), st.integers(8, 30))
def test_growing_a_tile_gives_the_bits_of_the_whole(seed, radius, y, x):
    matte = np.random.default_rng(seed).random((40, 48), np.float32)
    matte[matte < 0.7] = 0
    margin = int(np.ceil(abs(radius)))
    tile = (slice(y - margin, y + 10 + margin), slice(x - margin, x + 10 + margin))
    whole = grow(matte, radius)[y : y + 10, x : x + 10]
    assert np.array_equal(grow(matte[tile], radius)[margin : margin + 10, margin : margin + 10], whole)


def test_the_feather_rises_from_the_rim_inwards_and_never_outside():
    matte = np.zeros((31, 31), np.float32)
    matte[5:26, 5:26] = 0.3
    weight = feather(matte, 4)
    assert not weight[matte == 0].any()
    assert np.allclose(weight[15, 5:12], [0.2, 0.4, 0.6, 0.8, 1, 1, 1])
    assert (np.diff(weight[15, 4:15]) >= 0).all()
    assert weight.dtype == np.float32


def test_without_a_feather_everything_under_the_matte_is_replaced_in_full():
    matte = RAMP
    assert np.array_equal(feather(matte, 0), (matte > 0).astype(np.float32))


def test_the_border_of_the_picture_is_no_rim():
    matte = np.zeros((20, 20), np.float32)
    matte[:, :10] = 1
    assert (feather(matte, 3)[:, :6] == 1).all()
    assert (feather(np.ones((5, 5), np.float32), 3) == 1).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(10, 20), st.integers(10, 28))
def test_feathering_a_tile_gives_the_bits_of_the_whole(seed, y, x):
    matte = (np.random.default_rng(seed).random((40, 48)) > 0.02).astype(np.float32)
    tile = (slice(y - 5, y + 15), slice(x - 5, x + 15))
    assert np.array_equal(feather(matte[tile], 3)[5:15, 5:15], feather(matte, 3)[y : y + 10, x : x + 10])


def test_a_square_grows_by_its_radius_to_each_side_and_into_the_corners():
    mask = np.zeros((11, 13), bool)
    mask[5, 6] = mask[0, 0] = True
    wide = dilate_square(mask, 2)
    expected = np.zeros_like(mask)
    expected[3:8, 4:9] = expected[:3, :3] = True
    assert wide.dtype == bool
    assert np.array_equal(wide, expected)
    assert np.array_equal(dilate_square(mask, 0), mask)


def test_what_touches_at_a_corner_hangs_together():
    mask = np.zeros((4, 6), np.bool_)
    mask[0, 0] = mask[1, 1] = mask[3, 4] = True
    labels, count = connected_components(mask)
    assert count == 2
    assert labels[0, 0] == labels[1, 1] != labels[3, 4] > 0
    assert not labels[~mask].any()


def test_every_0_becomes_the_nearest_number():
    filled = fill_nearest(np.array([[0, 2, 0, 0, 7, 0]], np.int32))
    assert filled.tolist() == [[2, 2, 2, 7, 7, 7]]
    assert filled.dtype == np.int32


def test_a_radius_beyond_the_picture_costs_no_more_than_the_picture():
    matte = np.zeros((3, 5), np.float32)
    matte[1, 1] = 0.7
    assert (grow(matte, 10_000_000) == np.float32(0.7)).all()
