"""Tables say every method of every set, and that nothing was measured where nothing was."""

from benchmarks.sta_net.parts import PartFigures
from benchmarks.sta_net.tables import SetFigure, scenes_text, sets_text


def test_parts_that_a_set_does_not_tell_apart_are_left_out():
    told = SetFigure("wires_quarry", "tuning", "telea", PartFigures(20.123, 21.0, 15.5, 0.75), 0.0)
    untold = SetFigure("demo", "", "flow alone", PartFigures(30.0, None, None, None), 12.4)
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in sets_text([told, untold]).splitlines()[2:]]
    assert rows[0] == ["wires_quarry (tuning)", "telea", "20.12", "21.00", "15.50", "75 %", "-"]
    assert rows[1] == ["demo", "flow alone", "30.00", "-", "-", "-", "12"]


def test_scenes_are_told_beside_what_needs_no_network():
    figures = {"painted, dB": 27.5, "smooth fill, dB": 26.0, "mean along the motion, dB": 28.0, "not aligned, px": 2.5}
    words = scenes_text({"flow alone": figures})
    assert "| flow alone" in words
    assert "smooth fill" in words
    assert "2.50 px apart" in words
