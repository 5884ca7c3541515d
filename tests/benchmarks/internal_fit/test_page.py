"""The page says what was measured where, and what was not."""

from benchmarks.bench.cache import origin, origin_text
from benchmarks.internal_fit.page import write_page


def test_the_page_says_what_was_measured_where_and_what_was_not(tmp_path):
    here = origin()
    write_page(tmp_path / "fit.md", "repair", "| a table |", "python -m x", [here, here], tmp_path)
    text = (tmp_path / "fit.md").read_text()
    assert "| a table |" in text
    assert "By `python -m x`." in text
    assert origin_text([here]) in text
    assert text.count("Not measured yet") == 3


def test_a_part_is_kept_without_a_page(tmp_path):
    write_page(None, "cost", "old", "python -m x", [], tmp_path)
    write_page(tmp_path / "fit.md", "curve", "new", "python -m y", [origin()], tmp_path)
    assert "old" in (tmp_path / "fit.md").read_text()
