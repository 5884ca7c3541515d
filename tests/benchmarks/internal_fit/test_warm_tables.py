"""The tables say at which steps a warm start wins, and what a fifth of them is worth."""

from benchmarks.bench.cache import origin
from benchmarks.internal_fit.warm_tables import WarmFigure, warm_text
from tests.benchmarks.results import row_of


def figure(psnr, unseen=None, seconds=10.0):
    return WarmFigure(psnr, unseen, seconds, origin())


COLD = {("a", 120): figure(20.0, 18.0), ("a", 600): figure(25.0, 22.0, 50.0), ("b", 120): figure(30.0)}
WARM = {("a", 120): figure(25.2, 21.0), ("a", 600): figure(24.8, 22.5, 51.0), ("c", 120): figure(1.0)}


def test_a_warm_start_loses_where_it_is_more_than_a_tenth_of_a_decibel_below():
    text = warm_text(COLD, WARM, 600)
    first = ["20.00", "25.20", "+5.20", "18.00", "21.00", "+3.00", "10", "10", "pass"]
    assert row_of(text, "a", "120") == ["a", "120", *first]
    assert row_of(text, "a", "600")[-1] == "loses"
    assert "\n| b" not in text
    assert "\n| c" not in text


def test_a_fifth_of_the_steps_is_held_against_a_draft():
    assert row_of(warm_text(COLD, WARM, 600), "a", "25.00") == ["a", "25.00", "25.20", "+0.20", "50", "10", "pass"]
    assert "A fifth" not in warm_text({("b", 120): figure(30.0)}, {("b", 120): figure(30.0)}, 600)
