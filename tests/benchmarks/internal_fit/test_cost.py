"""The cost says whether memory is flat and the draft in time."""

import numpy as np

from benchmarks.bench.meter import Run
from benchmarks.internal_fit.cost import CommandCost, cost_text, seconds_per_unit


def test_a_pace_leaves_out_what_happens_once():
    ticks = ((0.0, 0), (9.0, 1), (9.5, 2), (10.0, 3), (17.0, 4), (18.0, 6))
    assert seconds_per_unit(Run(20.0, 0, ticks={"fit": ticks}), "fit") == 0.5
    assert np.isnan(seconds_per_unit(Run(20.0, 0), "fit"))


def test_the_cost_says_whether_memory_is_flat_and_the_draft_in_time():
    steps = {"internal-fit/read": 1.0, "internal-fit/fit": 5.0, "internal-fit/fit 2/2": 6.0, "internal-fit/render": 4.0}
    unit_seconds = {"internal-fit/fit": 0.1, "internal-fit/fit 2/2": 0.2, "internal-fit/render": 2.0}
    made = [
        CommandCost(part, size, frames, budget, ["--iterations", "9"], 250.0, int(memory * 2**30), steps, unit_seconds)
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
