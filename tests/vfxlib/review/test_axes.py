"""Ticks of an axis are round, and every value has its place."""

import pytest

from vfxlib.review.axes import fit_axis, tick_label


def test_ticks_are_round_and_the_values_lie_between_the_ends():
    axis = fit_axis((1.3, 8.9), 0, 100)
    assert axis.ticks == (0, 2, 4, 6, 8, 10)
    assert 0 <= axis.pixel(1.3) < axis.pixel(8.9) <= 100


def test_a_logarithmic_axis_gives_each_decade_as_much():
    axis = fit_axis((1, 100), 0, 100, log=True)
    assert axis.pixel(10) == pytest.approx(50)


@pytest.mark.parametrize("values", [(), (0.0,), (5.0, 5.0), (1e15, 1e15 + 1), (-1e9, 1e9)])
@pytest.mark.parametrize("log", [False, True])
def test_any_values_have_an_axis(values, log):
    axis = fit_axis([value for value in values if value > 0 or not log], 0, 100, log)
    assert axis.low < axis.high


def test_a_label_is_as_short_as_it_can_be():
    assert [tick_label(value) for value in (0.0, -1e-15, 0.25, 12.0, 1e6)] == ["0", "0", "0.25", "12", "1,000,000"]
