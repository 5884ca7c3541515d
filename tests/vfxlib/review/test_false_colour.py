"""False colours: told apart, and only where they say something."""

import numpy as np

from vfxlib.review.false_colour import (
    METHODS,
    apply_colour_map,
    confidence_overlay,
    greyscale,
    matte_confidence_overlay,
    matte_overlay,
    object_colour,
    object_overlay,
    outline_matte,
    outline_objects,
    provenance_overlay,
)


def scene() -> tuple[np.ndarray, np.ndarray]:
    picture = np.full((20, 30, 3), 120, np.uint8)
    matte = np.zeros((20, 30), np.float32)
    matte[5:15, 10:20] = 1
    return picture, matte


def test_low_confidence_is_warm_and_high_is_cool() -> None:
    low, middle, high = apply_colour_map(np.array([0.1, 0.5, 0.9], np.float32)).astype(int)
    assert low[0] > low[2]
    assert high[2] > high[0]
    assert middle.sum() > max(low.sum(), high.sum())
    assert np.array_equal(
        apply_colour_map(np.array([np.nan], np.float32)), apply_colour_map(np.array([0.0], np.float32))
    )


def test_a_matte_veils_only_what_is_removed_and_draws_a_rim() -> None:
    picture, matte = scene()
    shown = matte_overlay(picture, matte)
    assert np.array_equal(shown[0], picture[0])
    assert shown[10, 15, 0] > shown[10, 15, 1]
    assert shown[4, 15].tolist() == [255, 64, 96]
    assert np.array_equal(outline_matte(picture, matte)[10, 15], picture[10, 15])
    assert np.array_equal(picture, scene()[0])


def test_an_empty_matte_shows_the_picture() -> None:
    picture, matte = scene()
    assert np.array_equal(matte_overlay(picture, matte * 0), picture)


def test_measures_show_in_the_hole_and_the_rest_is_dim_and_grey() -> None:
    picture, matte = scene()
    for shown in (confidence_overlay(picture, matte * 0.3, matte), provenance_overlay(picture, matte * 2, matte)):
        assert np.ptp(shown[0, 0].astype(int)) == 0
        assert 0 < shown[0, 0, 0] < 120
        assert np.ptp(shown[10, 15].astype(int)) > 50
    assert provenance_overlay(picture, matte * 2, matte)[10, 15].tolist() == list(METHODS[2][1])


def two_objects() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    picture, matte = scene()
    matte[5:15, 20] = 0.3
    index = np.zeros_like(matte)
    index[5:15, 10:15], index[5:15, 15:20] = 1, 2
    return picture, matte, index


def test_each_object_has_a_veil_and_a_rim_of_its_own_colour() -> None:
    picture, matte, index = two_objects()
    shown = object_overlay(picture, matte, index)
    assert shown[10, 12].tolist() == [188, 92, 108]
    assert shown[10, 17].tolist() == [60, 155, 188]
    assert shown[4, 12].tolist() == list(object_colour(1))
    assert shown[4, 17].tolist() == list(object_colour(2))
    assert np.array_equal(shown[0], picture[0])
    assert np.array_equal(picture, two_objects()[0])


def test_a_soft_edge_has_the_colour_of_the_nearest_object() -> None:
    picture, matte, index = two_objects()
    index[5:15, 20] = 0
    soft = object_overlay(picture, matte, np.where(index > 0, index, 0).astype(np.float32))
    matte[5:15, 21] = 0.3
    assert object_overlay(picture, matte, index)[10, 21, 2] > 120
    assert soft[10, 20].tolist() == list(object_colour(2))


def test_an_empty_matte_or_index_is_no_trouble() -> None:
    picture, matte, index = two_objects()
    assert np.array_equal(object_overlay(picture, matte * 0, index * 0), picture)
    assert object_overlay(picture, matte, index * 0)[10, 12].tolist() == [188, 92, 108]
    assert np.array_equal(outline_objects(picture, index * 0), picture)
    assert np.array_equal(outline_objects(picture, index)[10, 12], picture[10, 12])


def test_colours_of_objects_are_told_apart_and_go_on_for_any_number() -> None:
    assert len({object_colour(number) for number in range(1, 9)}) == 8
    assert object_colour(9) == object_colour(1)
    assert object_colour(255) in {object_colour(number) for number in range(1, 9)}


def test_a_grey_matte_is_black_where_the_plate_is_kept() -> None:
    shown = greyscale(np.array([[0.0, 0.5, 1.0, 2.0, np.nan]], np.float32))
    assert shown[0, :, 0].tolist() == [0, 128, 255, 255, 0]


def test_doubt_in_a_matte_shows_outside_of_it_too() -> None:
    picture, matte = scene()
    confidence = np.ones_like(matte)
    confidence[2:4, 2:4] = 0.1
    shown = matte_confidence_overlay(picture, confidence, matte).astype(int)
    assert shown[3, 3, 0] > shown[3, 3, 2] + 100
    assert shown[10, 15, 2] > shown[10, 15, 0] + 100
    assert np.ptp(shown[18, 25]) == 0
