"""Confidence is held against the error that it promises."""

import dataclasses

import numpy as np
import pytest

from benchmarks.clean_plate.calibration import calibration_from_mapping, calibration_of, measure_calibration
from tests.benchmarks.results import write_result
from vfxlib.io.footage import open_footage


def test_an_honest_confidence_is_found_honest():
    rng = np.random.default_rng(1)
    error = rng.uniform(0, 0.1, 5000).astype(np.float32)
    found = calibration_of(1 - error / 0.1, error, np.ones(5000, np.float32))
    assert found.spearman == pytest.approx(1)
    assert found.painted_error is None
    for part in found.bins:
        assert part.expected == pytest.approx(part.measured, abs=1e-6)
    assert sum(part.share for part in found.bins) == pytest.approx(1)


def test_what_was_painted_is_told_apart():
    error = np.array([0.01, 0.02, 0.3, 0.3], np.float32)
    found = calibration_of(np.array([0.9, 0.8, 0, 0], np.float32), error, np.array([1, 1, 0, 0], np.float32))
    assert found.painted == 0.5
    assert found.painted_error == pytest.approx(0.3)


def test_confidence_is_measured_of_one_method_alone(tmp_path):
    write_result(tmp_path)
    footage = open_footage(tmp_path)
    found = measure_calibration(footage, footage, method=4)
    assert [part.low for part in found.bins] == [0.25]
    assert found.bins[0].expected == pytest.approx(0.07, abs=1e-3)
    assert measure_calibration(footage, footage, method=5) is None
    assert calibration_from_mapping(dataclasses.asdict(found)) == found
