"""What is usual is not moved by what is not."""

import math

import pytest

from vfxlib.review.robust_stats import beside_trend, median_mad


def test_one_wild_figure_and_unknown_ones_do_not_move_what_is_usual() -> None:
    calm = median_mad([1.0, 1.1, 0.9, 1.0, 1.0])
    wild = median_mad([1.0, 1.1, 0.9, 1.0, 1.0, 500.0, math.nan, math.inf])
    assert wild.middle == calm.middle == 1.0
    assert wild.scatter == pytest.approx(0.05, abs=0.051)


def test_nothing_known_has_no_middle_and_no_scatter() -> None:
    assert math.isnan(median_mad([math.nan]).middle)
    assert median_mad([]).scatter == 0
    assert median_mad([], 0.0).middle == 0


def test_a_limit_follows_the_scatter_between_its_ends() -> None:
    assert median_mad([0.0, 0.0, 0.0]).limit(5, 0.1, 0.4) == 0.1
    assert median_mad([-0.05, 0.05]).limit(5, 0.1, 0.4) == pytest.approx(0.25)
    assert median_mad([-1.0, 1.0]).limit(5, 0.1, 0.4) == 0.4


def test_only_what_leaves_the_line_lies_beside_it() -> None:
    line = [2.0 + 0.3 * place for place in range(20)]
    assert max(abs(b) for b in beside_trend(line, 4)) < 1e-9
    for place in (0, 7, 19):
        wild = list(line)
        wild[place] += 1.5
        beside = beside_trend(wild, 4)
        assert beside[place] == pytest.approx(1.5, abs=0.1)
        assert max(abs(b) for i, b in enumerate(beside) if i != place) < 0.1


@pytest.mark.parametrize("count", range(7))
def test_few_figures_have_no_trend_or_a_short_one(count: int) -> None:
    assert beside_trend([1.0] * count, 4) == [0.0] * count
