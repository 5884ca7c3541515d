"""Costs are told with what they must keep."""

import pytest

from benchmarks.bench.meter import Run
from benchmarks.clean_plate.cost import Costs, Length, Speed, cost_text
from benchmarks.clean_plate.overlap import Overlap

GIB = 2**30


def length(size, frames, memory, budget=1.0):
    steps = {"flow-inpaint/motion": 12.0, "flow-inpaint/render": 24.0}
    return Length(size, frames, budget, Run(48.0, round(memory * GIB), steps))


def test_speed_is_the_ratio_of_the_least_disturbed_rounds():
    speed = Speed("480x270", 12, (3.0, 2.0, 4.0), (1.0, 0.5, 0.8))
    assert speed.ratio == 4
    assert "|     12 | 2.00 / 3.00 | 0.50 / 0.80 |   4.0 |" in cost_text(Costs(speed=(speed,)))


@pytest.mark.parametrize(("memory", "verdict"), [(1.02, "+2.0 % (pass)"), (1.2, "+20.0 % (over 3 %)")])
def test_memory_must_not_grow_with_the_shot(memory, verdict):
    text = cost_text(
        Costs(length=(length("960x540", 60, 1.0), length("960x540", 120, memory), length("960x540", 240, 1.0)))
    )
    assert f"Peak memory from 60 to 240 frames: {verdict}." in text


@pytest.mark.parametrize(("memory", "verdict"), [(1.19, "1.19 GiB (pass)"), (1.21, "1.21 GiB (over 1.20 GiB)")])
def test_memory_must_stay_within_what_was_given_and_the_imports(memory, verdict):
    text = cost_text(Costs(length=(length("960x540", 60, memory),)))
    assert f"Peak memory of 60 frames of 960x540 under --memory 1: {verdict}." in text


def test_a_step_is_told_in_seconds_a_frame():
    text = cost_text(Costs(uhd=length("3840x2160", 12, 7.0, 4.0)))
    assert "|        4 |     7.00 |    4.00 |   1.00 |   2.00 |" in text
    assert "Peak memory of 12 frames of 3840x2160 under --memory 4: 7.00 GiB (over 4.20 GiB)." in text


def test_the_wall_time_is_held_against_the_larger_of_disk_and_work():
    assert Overlap(wall=6.0, files=1.0, work=5.0).ratio == pytest.approx(1.2)
    assert Overlap(wall=6.0, files=5.0, work=1.0).ratio == pytest.approx(1.2)
    text = cost_text(Costs(overlap=Overlap(6.0, 1.0, 5.0)))
    assert "the wall time is 1.20 times the larger of both" in text
