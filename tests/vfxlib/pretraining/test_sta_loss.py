"""The losses are of the pixels that their equations name."""

from dataclasses import fields

import pytest
import torch

from vfxlib.nets.sta import Aligned, StaClip, StaResult
from vfxlib.pretraining.sta_loss import StaLossWeights, align_loss, fit_features, sta_loss

RNG = torch.Generator().manual_seed(1)
SIZE = 32
HALF = torch.arange(SIZE) < SIZE // 2


def a_case():
    """A hole in the lower half, which a reference shows on the left; the result is off by 1 where a test says so."""
    truth = torch.rand(1, 3, SIZE, SIZE, generator=RNG)
    hole = (~HALF)[:, None].expand(SIZE, SIZE).float()[None, None]
    carried = HALF.expand(SIZE, SIZE).float()[None, None]
    nothing = torch.zeros(1, 1, 3, SIZE, SIZE)
    clip = StaClip(truth * (1 - hole), hole, nothing, nothing[:, :, :1], nothing[:, :, :2])
    return clip, truth, carried, hole * (1 - carried)


@pytest.fixture(scope="module")
def features():
    return fit_features(torch.rand(1, 3, SIZE, SIZE, generator=RNG), 0)


def total(features, name, off):
    """The loss of one name alone where the result is off by 1 in a mask."""
    clip, truth, carried, leftover = a_case()
    mask = {"hole": clip.hole, "seen": clip.hole * carried, "leftover": leftover, "outside": 1 - clip.hole}[off]
    final = truth + mask
    result = StaResult(torch.cat((final, torch.zeros_like(mask)), 1), final, None, carried, leftover, ())
    only = StaLossWeights(**{each.name: float(each.name == name) for each in fields(StaLossWeights)})
    return float(sta_loss(result, clip, truth, torch.zeros(1, 1, 1, 1), features, None, only))


@pytest.mark.parametrize(
    ("name", "off", "value"),
    [
        ("visible", "seen", 1.0),
        ("visible", "leftover", 0.0),
        ("leftover", "leftover", 1.0),
        ("leftover", "seen", 0.0),
        ("non_hole", "outside", 1.0),
        ("non_hole", "hole", 0.0),
        ("perceptual", "outside", 0.0),
        ("style", "outside", 0.0),
    ],
)
def test_each_counts_its_own_pixels(features, name, off, value):
    assert total(features, name, off) == pytest.approx(value, abs=1e-5)


def test_features_and_their_gram_matrices_tell_a_picture_from_a_changed_one(features):
    assert total(features, "perceptual", "hole") > 0.01
    assert total(features, "style", "hole") > 1e-4


def test_alignment_is_judged_where_both_are_visible():
    clip, truth, _, _ = a_case()
    visible = HALF.expand(SIZE, SIZE).float()[None, None]
    wrong_elsewhere = Aligned(torch.where(visible * (1 - clip.hole) > 0, truth, truth + 5), visible)
    assert float(align_loss([wrong_elsewhere], clip)) == 0
    assert float(align_loss([Aligned(truth + 1, visible)], clip)) == pytest.approx(1, rel=1e-5)
    assert float(align_loss([], clip)) == 0
