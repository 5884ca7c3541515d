"""Fills by carried mattes are judged in the true hole."""

import shutil

import pytest

from benchmarks.mask_propagate.end_to_end import fill_psnr


def test_fills_by_carried_mattes_are_judged_in_the_true_hole(shot):
    asked = []

    def fill(ready, folder):
        asked.append((ready, folder))
        shutil.copytree(shot.ready.truth, folder)

    found = fill_psnr(shot, ["flow"], grown=2, fill=fill)
    assert found == {"true": pytest.approx(120), "flow": pytest.approx(120)}
    (true, _), (flow, _) = asked
    assert (true.matte, true.channel) == (shot.ready.matte, "A")
    assert (flow.matte, flow.channel) == (shot.results / "mattes-flow-1", "")
    assert all(ready.options[-2:] == ("--grow", "2") for ready, _ in asked)
    assert len({folder for _, folder in asked}) == 2
