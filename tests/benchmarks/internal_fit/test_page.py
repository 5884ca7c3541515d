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


def test_a_part_that_was_measured_elsewhere_stays(tmp_path):
    page = tmp_path / "fit.md"
    write_page(page, "repair", "| measured there |", "python -m x", [origin()], tmp_path / "there")
    write_page(page, "warm", "| measured here |", "python -m y", [origin()], tmp_path / "here")
    write_page(page, "warm", "| again |", "python -m y", [origin()], tmp_path / "here")
    text = page.read_text()
    assert "| measured there |" in text
    assert "| again |" in text
    assert "measured here" not in text
    assert text.count("Not measured yet") == 2


def test_a_part_is_kept_without_a_page(tmp_path):
    write_page(None, "cost", "old", "python -m x", [], tmp_path)
    write_page(tmp_path / "fit.md", "curve", "new", "python -m y", [origin()], tmp_path)
    assert "old" in (tmp_path / "fit.md").read_text()
