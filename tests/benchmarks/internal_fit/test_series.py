"""A series knows when it reached what."""

from benchmarks.bench.cache import origin
from benchmarks.internal_fit.series import Point, Series, levels

POINTS = (Point(1, 5, 10.0, 15.5), Point(100, 500, 1000.0, 20.0), Point(200, 1000, 2000.0, 19.0))
SERIES = Series("literal", POINTS, 100, 19.0, origin())


def test_the_best_is_the_first_look_that_was_as_good_as_any():
    assert SERIES.best.step == 100


def test_a_level_is_reached_once_or_never():
    assert SERIES.reached(15.5).step == 1
    assert SERIES.reached(20.0).step == 100
    assert SERIES.reached(20.1) is None


def test_levels_are_the_round_figures_on_the_way_up():
    assert levels(SERIES) == [16, 17, 18, 19, 20]


def test_a_curve_is_drawn_over_seconds_or_samples():
    assert SERIES.over("seconds")[1] == (1000.0, 20.0)
    assert SERIES.over("samples")[1] == (500.0, 20.0)
