"""Grain: the same grain is 1, k times the variance is k, and structure is not taken for grain."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.picture import Array
from vfxlib.metrics.grain import GrainRatio

HEIGHT, WIDTH = 120, 160


def hole() -> NDArray[np.bool_]:
    inside = np.zeros((HEIGHT, WIDTH), bool)
    inside[20:100, 30:130] = True
    return inside


def scene() -> Array:
    """Slopes, a sharp edge and a patch of texture."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    light = 0.2 + 0.4 * x / WIDTH + 0.1 * np.sin(y / 20)
    light[:, 70:] += 0.25
    light[60:, :60] += 0.1 * np.random.default_rng(9).normal(size=(HEIGHT - 60, 60))
    return np.repeat(light[..., None], 3, axis=2).astype(np.float32)


def grain(seed: int, sigma: float = 0.02) -> Array:
    return np.random.default_rng(seed).normal(0, sigma, (HEIGHT, WIDTH, 3)).astype(np.float32)


def ratio(result: Array, truth: Array) -> float:
    measured = GrainRatio()
    measured.add(result, truth, hole())
    return measured.ratio


def test_the_same_picture_is_exactly_one() -> None:
    truth = scene() + grain(1)
    assert ratio(truth, truth) == 1


def test_other_grain_of_the_same_strength_is_one() -> None:
    assert ratio(scene() + grain(2), scene() + grain(1)) == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("factor", [0.0, 0.25, 0.5, 0.8, 1.25, 2.0, 3.0])
def test_the_ratio_is_linear_in_the_variance(factor: float) -> None:
    flat = np.full((HEIGHT, WIDTH, 3), 0.4, np.float32)
    assert ratio(flat + grain(2, 0.02 * factor**0.5), flat + grain(1)) == pytest.approx(factor, rel=0.06, abs=1e-6)


def test_a_fill_smooth_over_part_of_the_hole_loses_just_that_part() -> None:
    flat = np.full((HEIGHT, WIDTH, 3), 0.4, np.float32)
    result = flat + grain(2)
    result[:, 30:70] = 0.4
    assert ratio(result, flat + grain(1)) == pytest.approx(0.6, abs=0.04)


def test_bilinear_resampling_shows() -> None:
    flat = np.full((HEIGHT, WIDTH, 3), 0.4, np.float32)
    shifted = ndimage.shift(flat + grain(2), (0.5, 0.5, 0), order=1, mode="nearest")
    assert ratio(shifted, flat + grain(1)) < 0.1


def test_a_soft_edge_is_not_taken_for_missing_grain() -> None:
    clean = scene()
    soft = ndimage.gaussian_filter(clean, (1.5, 1.5, 0))
    soft[60:, :60] = clean[60:, :60]
    assert ratio(soft + grain(2), clean + grain(1)) == pytest.approx(1, abs=0.08)


def test_texture_along_rows_and_columns_is_not_taken_for_grain() -> None:
    planks = np.repeat(np.random.default_rng(5).uniform(0.3, 0.5, (1, WIDTH, 1)), HEIGHT, axis=0).astype(np.float32)
    assert ratio(planks + grain(2, 0.01), planks + grain(1)) == pytest.approx(0.25, abs=0.02)


def test_grain_that_grows_with_light_is_compared_at_every_light() -> None:
    clean = scene()
    strength = clean / clean.mean()
    assert ratio(clean + grain(2) * strength, clean + grain(1) * strength) == pytest.approx(1, abs=0.06)


def test_a_truth_without_grain_gives_no_number() -> None:
    flat = np.full((HEIGHT, WIDTH, 3), 0.4, np.float32)
    assert np.isnan(ratio(flat + grain(1), flat))


def test_frames_are_pooled_and_tiny_holes_left_out() -> None:
    truth = scene() + grain(1)
    measured = GrainRatio()
    tiny = np.zeros((HEIGHT, WIDTH), bool)
    tiny[3:8, 3:8] = True
    measured.add(truth * 0, truth, tiny)
    measured.add(truth * 0, truth, np.zeros((HEIGHT, WIDTH), bool))
    assert np.isnan(measured.ratio)
    measured.add(truth, truth, hole())
    measured.add(truth * 0, truth, hole())
    assert measured.ratio == pytest.approx(0.5)


def test_why_there_is_no_ratio_is_said() -> None:
    small, flat = GrainRatio(), GrainRatio()
    small.add(scene(), scene(), np.zeros((HEIGHT, WIDTH), bool))
    assert small.obstacle == "no hole has 64 pixels away from its border"
    even = np.full((HEIGHT, WIDTH, 3), 0.4, np.float32)
    flat.add(scene(), even, hole())
    assert flat.obstacle == "the truth has none"
    assert np.isnan([small.ratio, flat.ratio]).all()
