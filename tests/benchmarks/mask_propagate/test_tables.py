"""Goals, further keys, memory and fills are told with the figures."""

import pytest

from benchmarks.bench.cache import origin
from benchmarks.mask_propagate.iou import FrameScore, MatteScore
from benchmarks.mask_propagate.tables import (
    EndToEnd,
    MatteFigure,
    MemoryGrowth,
    end_to_end_text,
    figures_text,
    memory_growth_text,
)


def figure(method, iou, recall=0.995, keys=(0,), seconds=100.0, name="blackswan"):
    frames = tuple(FrameScore(number, 1.0 if number in keys else iou, recall) for number in range(50))
    return MatteFigure(name, method, MatteScore(frames, keys), seconds, 2**30, "", origin())


@pytest.mark.parametrize(
    ("mine", "verdict"),
    [
        (figure("ours", 0.96), "aim"),
        (figure("ours", 0.90), "pass"),
        (figure("ours", 0.80), "IoU under 0.88"),
        (figure("ours", 0.96, recall=0.9), "recall under 0.97"),
        (figure("ours", 0.70), "IoU under 0.88; flow has more"),
        (figure("ours", 0.96, seconds=500), "over 480 s"),
    ],
)
def test_goals_are_told_with_the_figures(mine, verdict):
    text = figures_text([mine, figure("flow", 0.75)])
    row = next(line for line in text.splitlines() if line.startswith("| blackswan |   ours"))
    assert row.split("|")[-2].strip() == verdict


def test_further_keys_are_compared_on_frames_that_have_none_either_way():
    few, more = figure("ours", 0.90), figure("ours", 0.93, keys=(0, 25, 49))
    row = figures_text([few, more]).splitlines()[-1]
    assert [cell.strip() for cell in row.split("|")[5:9]] == ["0.900", "0.930", "0 of 47", "better"]
    text = figures_text([few, figure("ours", 0.88, keys=(0, 25, 49))])
    assert [cell.strip() for cell in text.splitlines()[-1].split("|")[7:9]] == ["47 of 47", "worse"]


def test_memory_and_fills_are_told():
    assert "+2.0 % (flat)" in memory_growth_text(
        MemoryGrowth("blackswan", {12: 100 << 20, 50: 102 << 20}, "--iterations 20", origin())
    )
    assert "(grows)" in memory_growth_text(MemoryGrowth("blackswan", {12: 100 << 20, 50: 120 << 20}, "", origin()))
    text = end_to_end_text([EndToEnd("street", "A", {"true": 25.0, "ours": 24.8, "flow": 20.0}, "--grow 2", origin())])
    assert "PSNR of `flow-inpaint --grow 2`, dB" in text
    assert "| street |     A | 25.00 | 24.80 | 20.00 |     aim |" in text
    assert "0.50 dB lost" in end_to_end_text([EndToEnd("street", "A", {"true": 25.0, "ours": 24.5}, "", origin())])
