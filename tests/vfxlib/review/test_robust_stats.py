"""Outliers move neither the median, nor the MAD, nor the trend."""

import math

import pytest

from vfxlib.review.robust_stats import median_mad, trend_residuals


def test_an_outlier_and_what_is_not_finite_do_not_move_the_median() -> None:
    calm = median_mad([1.0, 1.1, 0.9, 1.0, 1.0])
    wild = median_mad([1.0, 1.1, 0.9, 1.0, 1.0, 500.0, math.nan, math.inf])
    assert wild.median == calm.median == 1.0
    assert wild.mad == pytest.approx(0.05, abs=0.051)


def test_without_values_there_is_no_median_and_no_deviation() -> None:
    assert math.isnan(median_mad([math.nan]).median)
    assert median_mad([]).mad == 0
    assert median_mad([], 0.0).median == 0


def test_a_limit_follows_the_deviation_between_its_ends() -> None:
    assert median_mad([0.0, 0.0, 0.0]).limit(5, 0.1, 0.4) == 0.1
    assert median_mad([-0.05, 0.05]).limit(5, 0.1, 0.4) == pytest.approx(0.25)
    assert median_mad([-1.0, 1.0]).limit(5, 0.1, 0.4) == 0.4


def test_only_what_leaves_the_line_has_a_residual() -> None:
    line = [2.0 + 0.3 * place for place in range(20)]
    assert max(abs(b) for b in trend_residuals(line, 4)) < 1e-9
    for place in (0, 7, 19):
        wild = list(line)
        wild[place] += 1.5
        residuals = trend_residuals(wild, 4)
        assert residuals[place] == pytest.approx(1.5, abs=0.1)
        assert max(abs(b) for i, b in enumerate(residuals) if i != place) < 0.1


@pytest.mark.parametrize("count", range(7))
def test_few_values_have_no_trend_or_a_short_one(count: int) -> None:
    assert trend_residuals([1.0] * count, 4) == [0.0] * count
