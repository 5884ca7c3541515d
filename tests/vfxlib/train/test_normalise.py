import numpy as np
import pytest

from vfxlib.train.normalise import MAX_NORMALISED, MIN_DEVIATION, Normalisation, fit_normalisation


def test_colours_come_back_from_the_range_of_the_shot():
    colours = Normalisation((0.3, 0.4, 0.5), 0.1)
    seen = np.array([[-0.2, 0.4, 1.4]], np.float32)
    assert np.allclose(colours.invert(colours.apply(seen)), seen, atol=1e-6)


def test_a_shot_seen_in_its_range_lies_around_0_with_a_deviation_of_1():
    frames = [np.random.default_rng(seed).normal(0.4, 0.05, (500, 3)).astype(np.float32) for seed in range(4)]
    colours = fit_normalisation(frames)
    seen = colours.apply(np.concatenate(frames))
    assert seen.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-4)
    assert np.sqrt((seen**2).mean()) == pytest.approx(1, abs=1e-4)
    assert fit_normalisation([np.concatenate(frames)]).deviation == pytest.approx(colours.deviation), (
        "whatever the frames"
    )


def test_a_shot_of_one_colour_has_a_range_too():
    colours = fit_normalisation([np.full((10, 3), 0.2, np.float32)])
    assert colours.deviation == MIN_DEVIATION
    assert np.allclose(colours.apply(np.full((1, 3), 0.2, np.float32)), 0, atol=1e-5)


def test_no_pixel_has_no_range():
    assert fit_normalisation([]) is None
    assert fit_normalisation([np.zeros((0, 3), np.float32)]) is None


def test_a_light_beyond_all_measure_stays_a_number_that_a_half_holds():
    seen = Normalisation((0.0, 0.0, 0.0), 0.02).apply(np.array([[1e9, -1e9, 0.1]], np.float32))
    assert seen[0].tolist() == pytest.approx([MAX_NORMALISED, -MAX_NORMALISED, 5.0])
    assert np.isfinite(seen.astype(np.float16)).all()


def test_it_comes_back_from_a_file_of_weights_with_its_bits():
    colours = Normalisation((0.1, 1 / 3, 2.0**-40), 0.1 + 0.2)
    assert Normalisation.from_json(colours.to_json()) == colours


@pytest.mark.parametrize("words", ["", "7", "[1, 2]", "[1, 2, 3, 4, 5]", "{}"])
def test_something_else_is_no_normalisation(words):
    with pytest.raises((ValueError, TypeError)):
        Normalisation.from_json(words)
