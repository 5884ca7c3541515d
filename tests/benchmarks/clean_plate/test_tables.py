"""Tables of fills say who won, what must be reached, and what was left out."""

import dataclasses

from benchmarks.bench.sets import find_set
from benchmarks.clean_plate.calibration import Calibration, CalibrationBin
from benchmarks.clean_plate.measure import FillFigure
from benchmarks.clean_plate.tables import calibration_table, figures_text
from tests.benchmarks.results import SCORE, row_of

FOUND = Calibration(
    (CalibrationBin(0.75, 0.9, 0.4, 0.0142, 0.0127), CalibrationBin(0.9, 1, 0.5, 0.007, 0.008)), 0.1, 0.2, 0.5
)


def figure(method, psnr, calibration=None, seconds=9.0, **changed):
    score = dataclasses.replace(SCORE, psnr=psnr, **changed)
    return FillFigure(find_set("street"), method, score, seconds, calibration)


def test_methods_stand_side_by_side_with_what_must_be_reached():
    text = figures_text([figure("telea", 17.149), figure("ours", 25.744)], [])
    assert row_of(text, "street", "17.15") == ["street", "17.15", "25.74", "23", "26", "pass"]


def test_what_was_not_measured_is_a_dash():
    text = figures_text([figure("ours", None, seconds=None, warping=None)], ["tennis: left out, needs x"])
    assert row_of(text, "street", "-") == ["street", "-", "23", "26", "PSNR under 23"]
    assert row_of(text, "street", "ours")[-3:] == ["-", "0", "-"]
    assert text.endswith("- tennis: left out, needs x")


def rendered(method, psnr):
    return dataclasses.replace(figure(method, psnr), plates=find_set("wires_quarry"))


def test_a_rendered_set_says_its_use_and_must_beat_the_best_peer():
    name = "wires_quarry (tuning)"
    row = row_of(figures_text([rendered("telea", 20.0), rendered("copy", 22.0), rendered("ours", 22.4)], []), name)
    assert row == [name, "20.00", "22.00", "22.40", "23.50", "-", "+0.40 dB beside the best peer"]
    row = row_of(figures_text([rendered("copy", 22.0), rendered("ours", 23.6)], []), name)
    assert row[-3:] == ["23.50", "-", "pass"]
    row = row_of(figures_text([rendered("ours", 23.6)], []), name)
    assert row[-3:] == ["-", "-", "pass"]


def test_confidence_is_told_only_where_it_was_measured():
    assert "Confidence" not in figures_text([figure("telea", 17.0)], [])
    assert "Confidence" in figures_text([figure("ours", 25.0, FOUND)], [])


def test_a_row_of_confidence_is_what_was_promised_and_found():
    text = calibration_table([("street", FOUND)])
    assert row_of(text, "street") == ["street", "0.75 to 0.9", "40.0", "0.0142", "0.0127", "0.50"]
    assert row_of(text, "", "0.9 to 1") == ["", "0.9 to 1", "50.0", "0.0070", "0.0080", ""]
    assert row_of(text, "", "painted") == ["", "painted", "10.0", "-", "0.2000", ""]
