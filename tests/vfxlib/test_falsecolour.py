"""False colours: told apart, and only where they say something."""

import numpy as np

from vfxlib.falsecolour import METHODS, confidence_shown, matte_shown, outlined, provenance_shown, ramp


def scene() -> tuple[np.ndarray, np.ndarray]:
    picture = np.full((20, 30, 3), 120, np.uint8)
    matte = np.zeros((20, 30), np.float32)
    matte[5:15, 10:20] = 1
    return picture, matte


def test_low_confidence_is_warm_and_high_is_cool() -> None:
    low, middle, high = ramp(np.array([0.1, 0.5, 0.9], np.float32)).astype(int)
    assert low[0] > low[2]
    assert high[2] > high[0]
    assert middle.sum() > max(low.sum(), high.sum())
    assert np.array_equal(ramp(np.array([np.nan], np.float32)), ramp(np.array([0.0], np.float32)))


def test_a_matte_veils_only_what_is_removed_and_draws_a_rim() -> None:
    picture, matte = scene()
    shown = matte_shown(picture, matte)
    assert np.array_equal(shown[0], picture[0])
    assert shown[10, 15, 0] > shown[10, 15, 1]
    assert shown[4, 15].tolist() == [255, 64, 96]
    assert np.array_equal(outlined(picture, matte)[10, 15], picture[10, 15])
    assert np.array_equal(picture, scene()[0])


def test_an_empty_matte_shows_the_picture() -> None:
    picture, matte = scene()
    assert np.array_equal(matte_shown(picture, matte * 0), picture)


def test_measures_show_in_the_hole_and_the_rest_is_dim_and_grey() -> None:
    picture, matte = scene()
    for shown in (confidence_shown(picture, matte * 0.3, matte), provenance_shown(picture, matte * 2, matte)):
        assert np.ptp(shown[0, 0].astype(int)) == 0
        assert 0 < shown[0, 0, 0] < 120
        assert np.ptp(shown[10, 15].astype(int)) > 50
    assert provenance_shown(picture, matte * 2, matte)[10, 15].tolist() == list(METHODS[2][1])
