"""The ratio is taken where ours first came to the paper's best."""

from benchmarks.bench.cache import origin
from benchmarks.internal_fit.curve_tables import RecipePair, curve_text
from benchmarks.internal_fit.series import Point, Series
from tests.benchmarks.results import row_of


def series(name, *points):
    return Series(name, points, 100, points[-1].psnr, origin())


PAPER = series("literal", Point(1, 5, 10.0, 15.5), Point(100, 500, 1000.0, 20.0), Point(200, 1000, 2000.0, 19.0))
OURS = series("ours", Point(1, 4, 1.0, 12.0), Point(10, 40, 50.0, 20.1), Point(20, 80, 100.0, 22.0))


def test_the_ratio_is_taken_where_ours_first_came_to_the_papers_best():
    text = curve_text([RecipePair("x", PAPER, OURS, 18.0, "9x9x9")], "cpu", ["fit-x.png"])
    cells = ["1000", "50.0", "20.0", "500", "40", "12.5", "12.5", "pass"]
    assert row_of(text, "x", "20.00") == ["x", "20.00", *cells]
    assert text.endswith("![PSNR in the hole over seconds, fit-x.png](fit-x.png)")


def test_what_was_never_reached_is_said_to_be_so():
    text = curve_text([RecipePair("x", OURS, PAPER, 18.0, "9x9x9")], "cpu", [])
    assert row_of(text, "x", "22.00")[-1] == "never reached"
    assert row_of(text, "x", "21") == ["x", "21", "100", "never", "-", "80", "never", "-", "-"]
