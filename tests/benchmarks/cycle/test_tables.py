"""Rows are means over kinds, and seeds say how far they are apart."""

from benchmarks.cycle.clips import DamageFigures
from benchmarks.cycle.tables import best_text, figures_text, kinds_text, seeds_text

ONE = {"scratch": DamageFigures(0.2, 0.1, 20.0), "logo": DamageFigures(0.6, 0.3, 30.0)}
OTHER = {"scratch": DamageFigures(0.4, 0.1, 21.0), "logo": DamageFigures(0.6, 0.3, 30.0)}


def cells(text):
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()[2:]]


def test_a_row_is_the_mean_of_all_kinds():
    assert cells(figures_text("marked", {"first": ONE})) == [["first", "0.400", "0.2000", "25.00"]]
    assert cells(kinds_text("marked", {"first": ONE})) == [["first", "0.200", "0.600"]]


def test_seeds_are_averaged_and_their_distance_is_told():
    assert cells(seeds_text("variant", {"plain": [ONE, OTHER]})) == [
        ["plain", "0.450", "0.2000", "25.25", "0.100", "0.50", "2"]
    ]


def test_the_best_is_named_for_finding_and_for_filling():
    rows = {"median, smooth fill": ONE, "networks": OTHER, "true masks": OTHER}
    assert best_text(rows) == "Finds best: networks. Fills best: networks."
