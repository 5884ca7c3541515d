"""The part of a hole that FlowInpaint is not sure of becomes a matte."""

import pytest

from benchmarks.internal_fit.low_confidence import write_low_confidence_mattes
from tests.benchmarks.results import write_result
from vfxlib.io.footage import open_footage


@pytest.fixture
def result(tmp_path):
    write_result(tmp_path)
    return tmp_path


def test_the_part_of_low_confidence_becomes_a_matte(result, tmp_path_factory):
    folder, counts = write_low_confidence_mattes(result, tmp_path_factory.mktemp("low") / "x")
    assert counts == {"hole": 128, "low": 64}
    low = open_footage(folder).read(2).channels["A"]
    assert low[:4, :8].all()
    assert low.sum() == 32
