"""What other frames truly show is judged apart from what none does."""

import numpy as np
import pytest

from benchmarks.bench.sets import PreparedSet
from benchmarks.sta_net.parts import measure_parts
from tests.contract.conftest import write


def test_a_result_that_is_right_where_it_is_seen_is_judged_so(tmp_path):
    picture = np.full((8, 10), 0.25, np.float32)
    hole, seen = np.zeros((2, 8, 10), np.float32)
    hole[2:6, 2:8], seen[2:6, 2:5] = 1, 1
    wrong = np.where((hole > 0) & (seen == 0), 0.5, picture).astype(np.float32)
    for name, channels in {
        "truth": dict.fromkeys("RGB", picture),
        "made": dict.fromkeys("RGB", wrong),
        "matte": {"A": hole},
        "seen": {"seen.A": seen},
    }.items():
        write(tmp_path / name / f"{name}.1001.exr", channels)
    ready = PreparedSet(tmp_path / "plate", tmp_path / "matte", tmp_path / "truth")
    parts = measure_parts(tmp_path / "made", ready)
    assert parts.seen == 120
    assert parts.unseen == pytest.approx(parts.whole - 3.01, abs=0.01)
    assert parts.share == 0.5
