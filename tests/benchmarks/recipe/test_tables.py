"""The recipe's verdicts follow from the figures."""

from benchmarks.recipe.measure import Figure
from benchmarks.recipe.tables import failures, figures_text

KEY = "clean draft, one key"


def figure(method: str, psnr: float, plates: str = "street") -> Figure:
    return Figure(plates, method, psnr, 0.9, 1.0, 1.0, 0, 10.0, 2**30)


def test_a_recipe_may_not_lose_to_its_nodes_nor_win_by_less_than_two_decibels_over_plain_methods() -> None:
    good = [figure("copy", 20.0), figure("flow", 25.0), figure("clean draft", 24.95), figure(KEY, 24.5)]
    assert failures(good, KEY) == {}
    bad = [figure("copy", 23.5), figure("flow", 25.0), figure("clean draft", 24.8), figure(KEY, 23.0)]
    assert failures(bad, KEY) == {
        ("street", "clean draft"): "0.20 dB under the best node alone; +1.30 dB beside the best plain method",
        ("street", KEY): "1.80 dB under that of true mattes",
    }


def test_on_a_background_that_moves_by_itself_plain_methods_set_no_limit() -> None:
    assert failures([figure("copy", 30.0, "tennis"), figure("clean draft", 30.0, "tennis")], KEY) == {}


def test_the_tables_hold_every_figure_and_what_was_left_out() -> None:
    words, failed = figures_text(
        [figure("flow", 25.0), figure("clean draft", 26.0), figure(KEY, 25.5)], ["x: gone"], KEY
    )
    assert not failed
    assert "| street | 25.00 |       26.00 |    pass |" in words
    assert "From one key, on street: 25.50 dB, within 1 dB" in words
    assert "- x: gone" in words
