"""The page says what was run, on what and when."""

from benchmarks.bench.cache import origin
from benchmarks.clean_plate.page import page_text


def test_the_page_says_what_was_run_where():
    text = page_text(["| a table |", "more"], "python -m x")
    now = origin()
    assert text.startswith(f"# Figures\n\nMade by `python -m x` on {now.when} at {now.state};")
    assert f"Machine: {now.machine}." in text
    assert text.endswith("\n\n| a table |\n\nmore\n")
    assert "{" not in text
