"""A figure says what does not hold, and a peer's result is made once."""

import dataclasses

import pytest

from benchmarks.bench.pan import Pan, make_pan
from benchmarks.bench.sets import PreparedSet, find_set
from benchmarks.clean_plate.measure import FillFigure, fill_with_peer
from tests.benchmarks.results import SCORE


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "pass"),
        ({"psnr": 26.5}, "aim"),
        ({"psnr": 22.0}, "PSNR under 23"),
        ({"psnr": None}, "PSNR under 23"),
        ({"grain": 0.5}, "grain 0.50 outside 0.85 to 1.15"),
        ({"warping": 1.3}, "warping error 1.30 over 1.1"),
        ({"changed_outside": 7}, "7 pixels changed outside"),
        ({"psnr": 26.5, "warping": 1.3, "changed_outside": 1}, "warping error 1.30 over 1.1; 1 pixels changed outside"),
    ],
)
def test_a_figure_says_what_does_not_hold(changed, verdict):
    figure = FillFigure(find_set("street"), "ours", dataclasses.replace(SCORE, **changed), 9.0, None)
    assert figure.verdict == verdict


def test_grain_counts_only_where_the_set_asks_for_it():
    assert (
        FillFigure(find_set("tennis"), "ours", dataclasses.replace(SCORE, psnr=28, grain=0.1), 9.0, None).failures == []
    )


def test_a_peer_is_not_blamed():
    figure = FillFigure(find_set("street"), "telea", dataclasses.replace(SCORE, psnr=1.0), None, None)
    assert figure.to_mapping()["failures"] == []


def test_a_peer_fills_the_same_set_once(tmp_path):
    make_pan(tmp_path, Pan((64, 48), 2))
    ready = PreparedSet(tmp_path / "plate", tmp_path / "matte", tmp_path / "truth", "A")
    assert fill_with_peer("telea", ready, tmp_path / "out" / "telea") > 0
    assert sorted(path.name for path in (tmp_path / "out" / "telea").iterdir()) == ["telea.1001.exr", "telea.1002.exr"]
    assert fill_with_peer("telea", ready, tmp_path / "out" / "telea") is None
    other = dataclasses.replace(ready, options=("--output-colorspace", "x"))
    assert fill_with_peer("telea", other, tmp_path / "out" / "telea") > 0
