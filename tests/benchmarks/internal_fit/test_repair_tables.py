"""Goals are told with the figures, and a part too small to tell is said to be so."""

import pytest

from benchmarks.bench.cache import origin
from benchmarks.clean_plate.calibration import Calibration, CalibrationBin
from benchmarks.internal_fit.repair_tables import RepairFigures, repair_text

CALIBRATION = Calibration((CalibrationBin(0.5, 0.75, 1.0, 0.03, 0.02),), 0.0, None, 0.5)


def measured(low=200, other=0.2, **psnr):
    figures = {"psnr": 20.0, "warping": 1.5, "ssim": 0.5, "grain": 1.0, "changed_outside": 0}
    figures |= {"seconds": 9.0, "memory": 2**30, "steps": {"internal-fit/fit": 5.0}}
    names = ("telea", "flow", "alone", "other", "after")
    methods = {n: {**figures, "low": psnr.get(n, 15.0)} for n in names}
    methods["after"]["psnr"] = 24.1
    methods["other"]["warping"] = 1.4
    calibrations = {"alone": CALIBRATION, "other": CALIBRATION, "after": None}
    return RepairFigures("blackswan", ["--quality", "good"], other, 1000, low, methods, calibrations, origin())


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
