"""What FlowInpaint is not sure of is found, judged apart, and told on a page that says where it comes from."""

import dataclasses

import numpy as np
import pytest

from benchmarks.bench.cache import code_digest, keep, kept, origin, told
from benchmarks.bench.meter import Run
from benchmarks.clean_plate.calibration import Bin, Trust, measure_trust, trust_from
from benchmarks.internal_fit import page as fitpage
from benchmarks.internal_fit.cost import Cost, cost_text, pace
from benchmarks.internal_fit.repair import _low_mattes
from benchmarks.internal_fit.repair_tables import Measured, repair_text
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import open_footage

WINDOW = Box(0, 0, 16, 8)
TRUST = Trust((Bin(0.5, 0.75, 1.0, 0.03, 0.02),), 0.0, None, 0.5)


@pytest.fixture
def result(tmp_path):
    """Two frames; the left half is hole, of which the upper half has confidence 0.3, painted by a network."""
    matte, sure = np.zeros((8, 16), np.float16), np.ones((8, 16), np.float16)
    matte[:, :8], sure[:4, :8] = 1, 0.3
    method = np.where(sure < 0.5, 4, 2).astype(np.float16)
    for number in (1, 2):
        channels = dict.fromkeys("RGB", np.full((8, 16), 0.2, np.float16))
        channels |= {"matte.A": matte, "confidence.A": sure, "provenance.method": method}
        write_exr(
            tmp_path / f"clean.{number:04d}.exr",
            display=WINDOW,
            origin=(0, 0),
            data=WINDOW,
            aspect=1.0,
            channels=channels,
            attributes={"colorInteropID": "lin_rec709_scene"},
        )
    return tmp_path


def test_the_part_of_low_confidence_becomes_a_matte(result, tmp_path_factory):
    folder, counts = _low_mattes(result, tmp_path_factory.mktemp("low") / "x")
    assert counts == {"hole": 128, "low": 64}
    low = open_footage(folder).read(2).channels["A"]
    assert low[:4, :8].all()
    assert low.sum() == 32


def test_confidence_is_measured_of_one_method_alone(result):
    footage = open_footage(result)
    trust = measure_trust(footage, footage, method=4)
    assert [part.low for part in trust.bins] == [0.25]
    assert trust.bins[0].expected == pytest.approx(0.07, abs=1e-3)
    assert measure_trust(footage, footage, method=5) is None
    assert trust_from(dataclasses.asdict(trust)) == trust


def measured(low=200, other=0.2, **psnr):
    figures = {"psnr": 20.0, "warping": 1.5, "ssim": 0.5, "grain": 1.0, "changed_outside": 0}
    figures |= {"seconds": 9.0, "memory": 2**30, "steps": {"internal-fit/fit": 5.0}}
    names = ("telea", "flow", "alone", "other", "after")
    methods = {n: {**figures, "low": psnr.get(n, 15.0)} for n in names}
    methods["after"]["psnr"] = 24.1
    methods["other"]["warping"] = 1.4
    trusts = {"alone": TRUST, "other": TRUST, "after": None}
    return Measured("blackswan", ["--quality", "good"], other, 1000, low, methods, trusts, origin())


def test_goals_are_told_with_the_figures():
    text = repair_text([measured(after=16.5)])
    assert "internal-fit under 21.5 in 9 s; flow + internal aim in 9 s" in text
    assert "|      +1.50 |     +1.50 |    pass |" in text
    assert "not lower" not in text
    assert "under +1 dB" in repair_text([measured(after=15.5)])
    assert "not lower" in repair_text([measured(other=0.0)])


@pytest.mark.parametrize(("low", "words"), [(0, "empty"), (99, "only 99 pixels")])
def test_a_part_too_small_to_tell_is_said_to_be_so(low, words):
    assert words in repair_text([measured(low=low, telea=None, after=None)])


def test_the_page_says_what_was_measured_where_and_what_was_not(tmp_path, monkeypatch):
    monkeypatch.setattr(fitpage, "KEPT", tmp_path)
    here = origin()
    fitpage.write_page(tmp_path / "fit.md", "repair", "| a table |", "python -m x", [here, here])
    text = (tmp_path / "fit.md").read_text()
    assert "| a table |" in text
    assert told([here]) in text
    assert here.state in told([here])
    assert text.count("Not measured yet") == 2


def test_figures_are_kept_with_where_they_come_from(tmp_path):
    assert kept(tmp_path / "x.json") is None
    keep(tmp_path / "x.json", {"a": 1})
    assert kept(tmp_path / "x.json") == ({"a": 1}, origin())


def test_a_result_is_stale_when_the_code_that_made_it_is_another():
    assert code_digest(["vfxlib/train"]) != code_digest(["vfxlib/internal_fit"])
    assert code_digest() == code_digest()


def test_a_pace_leaves_out_what_happens_once():
    ticks = ((0.0, 0), (9.0, 1), (9.5, 2), (10.0, 3), (17.0, 4), (18.0, 6))
    assert pace(Run(20.0, 0, ticks={"fit": ticks}), "fit") == 0.5
    assert np.isnan(pace(Run(20.0, 0), "fit"))


def test_the_cost_says_whether_memory_is_flat_and_the_draft_in_time():
    steps = {"internal-fit/read": 1.0, "internal-fit/fit": 5.0, "internal-fit/fit 2/2": 6.0, "internal-fit/render": 4.0}
    paces = {"internal-fit/fit": 0.1, "internal-fit/fit 2/2": 0.2, "internal-fit/render": 2.0}
    made = [
        Cost(part, size, frames, budget, ["--iterations", "9"], 250.0, int(memory * 2**30), steps, paces)
        for part, size, frames, budget, memory in (
            ("draft", "480x270", 24, 8.0, 1.0),
            ("length", "480x270", 24, 1.0, 0.9),
            ("length", "480x270", 120, 1.0, 0.91),
            ("uhd", "3840x2160", 4, 8.0, 8.5),
        )
    ]
    text = cost_text(made)
    assert "250 s (pass)" in text
    assert "+1.1 % (flat)" in text
    assert "over budget" in text
    assert "fit, 1920x1080" in text
