"""Figures count what they say, and every kind of damage as much as the others."""

import pytest
import torch

from benchmarks.cycle.clips import DamageClips, DamageFigures, judge, mean_figures


def test_only_the_judged_frames_count():
    truth, masks = torch.zeros(1, 3, 3, 4, 4), torch.zeros(1, 3, 1, 4, 4)
    masks[..., :2] = 1.0
    clips = DamageClips(truth, truth, masks, truth)
    found, filled = masks.clone(), truth.clone()
    found[:, 1, ..., 2:] = 1.0  # twice as much as there is
    filled[:, 1] = 0.1
    assert judge(found, filled, clips, [[0, 2]]).iou == 1.0
    figures = judge(found, filled, clips, [[1]])
    assert figures.iou == 0.5
    assert figures.psnr == pytest.approx(20.0, abs=1e-4)
    assert figures.bce > 3.0


def test_kinds_count_alike():
    mean = mean_figures({"scratch": DamageFigures(0.2, 0.1, 20.0), "logo": DamageFigures(0.6, 0.3, 30.0)})
    assert (mean.iou, mean.bce, mean.psnr) == pytest.approx((0.4, 0.2, 25.0))
