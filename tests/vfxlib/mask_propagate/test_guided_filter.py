import numpy as np
import pytest
from scipy import ndimage

from vfxlib.mask_propagate.guided_filter import guided_filter


def halves(edge: int = 40, height: int = 60, width: int = 80) -> np.ndarray:
    """A picture [h w 3], dark left of an edge and light right of it."""
    picture = np.full((height, width, 3), 0.3, np.float32)
    picture[:, edge:] = [0.6, 0.5, 0.7]
    return picture + np.random.default_rng(0).normal(0, 0.003, picture.shape).astype(np.float32)


def coarse(edge: float, blur: float = 2.0, height: int = 60, width: int = 80) -> np.ndarray:
    """A matte [h w] that begins about there."""
    step = np.broadcast_to((np.arange(width) >= edge).astype(np.float32), (height, width))
    return np.asarray(ndimage.gaussian_filter1d(step, blur, axis=1, mode="nearest"), np.float32)


def crossing_of(matte: np.ndarray) -> float:
    """Where the middle row's matte crosses a half."""
    return float(np.argmax(matte[30] >= 0.5))


@pytest.mark.parametrize("off", [-3, -1, 0, 1, 3])
def test_the_edge_moves_to_where_the_picture_has_one(off):
    found = guided_filter(coarse(40 + off), halves(), 4.0)
    assert crossing_of(found) == 40
    assert found.dtype == np.float32
    assert found[:, :30].max() < 0.1
    assert found[:, 50:].min() > 0.9


def test_where_the_picture_is_flat_the_matte_is_only_smoothed():
    flat = np.full((60, 80, 3), 0.4, np.float32)
    found = guided_filter(coarse(40), flat, 4.0)
    assert crossing_of(found) == 40
    assert np.allclose(found, guided_filter(coarse(40), flat + 0.3, 4.0), atol=1e-3)


def test_an_edge_of_any_one_colour_is_an_edge():
    for channel in range(3):
        picture = np.full((60, 80, 3), 0.4, np.float32)
        picture[:, 40:, channel] += 0.3
        assert crossing_of(guided_filter(coarse(43), picture, 4.0)) == 40


def test_noise_is_no_edge():
    noisy = 0.4 + np.random.default_rng(1).normal(0, 0.003, (60, 80, 3)).astype(np.float32)
    found = guided_filter(coarse(40), noisy.astype(np.float32), 4.0)
    assert abs(crossing_of(found) - 40) <= 1
    assert np.abs(found - guided_filter(coarse(40), np.full_like(noisy, 0.4), 4.0)).mean() < 0.01


@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_a_matte_as_fine_as_the_picture_is_left_alone(scale):
    matte = coarse(43)
    assert guided_filter(matte, halves(), scale) is matte


def test_nothing_and_everything_stay_what_they_are():
    for value in (0.0, 1.0):
        found = guided_filter(np.full((60, 80), value, np.float32), halves(), 4.0)
        assert np.allclose(found, value, atol=1e-4)


def test_a_light_beyond_all_measure_gives_numbers():
    picture = halves()
    picture[20:25, 20:25] = 60.0
    assert np.isfinite(guided_filter(coarse(40), picture, 4.0)).all()
