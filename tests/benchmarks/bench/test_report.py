"""Tables can be read on a page and on a terminal."""

from benchmarks.bench.report import decimal, machine, table


def test_a_table_stands_in_columns():
    lines = table(["set", "dB"], [["street", "25.8"], ["a", "9"]]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[-1] == "| a      |    9 |"


def test_a_figure_that_is_not_there_is_a_dash():
    assert (decimal(None, 2), decimal(1.005, 1), decimal(0, 2)) == ("-", "1.0", "0.00")


def test_the_machine_is_one_line_with_what_figures_depend_on():
    assert "\n" not in machine()
    assert all(word in machine() for word in ("cores", "GiB", "torch", "numpy"))
