"""STA-Net: its leftover is what no reference shows, nothing hangs on what holes hide, gradients reach every layer."""

import pytest
import torch

from vfxlib.nets.sta import StaClip, StaSettings, open_sta

SMALL = {"channels": 4, "affine": 4, "spatial": 2}


def made(**settings):
    return open_sta(StaSettings(**{**SMALL, **settings}), seed=0)


def a_clip(size=32, references=2, seed=1):
    rng = torch.Generator().manual_seed(seed)
    frames = torch.rand(1, references + 1, 3, size, size, generator=rng)
    hole = torch.zeros(1, 1, size, size)
    hole[..., 8:24, 8:24] = 1
    visible = torch.ones(1, references, 1, size, size)
    return StaClip(frames[:, 0], hole, frames[:, 1:], visible, torch.zeros(1, references, 2, size, size))


def test_leftover_is_the_part_of_the_hole_that_no_reference_shows():
    clip = a_clip()
    clip.visible[..., 8:16, 8:24] = 0
    clip.visible[:, 0, :, 20:, :] = 0
    result = made(alignment="flow")(clip)
    expected = torch.zeros_like(clip.hole)
    expected[..., 8:16, 8:24] = 1
    assert torch.equal(result.leftover, expected)
    assert torch.equal(result.carried * clip.hole, clip.hole - expected)


def test_what_a_flow_leads_out_of_the_frame_to_is_leftover():
    clip = a_clip(references=1)
    clip.flows[:, :, 0] = 100.0
    result = made(alignment="flow")(clip)
    assert torch.equal(result.leftover, clip.hole)


def test_what_holes_hide_changes_nothing():
    clip, other = a_clip(), a_clip()
    other.visible[..., 2:6, 2:6] = clip.visible[..., 2:6, 2:6] = 0
    other.target[..., 8:24, 8:24] = 50.0
    other.references[..., 2:6, 2:6] = -50.0
    network = made()
    assert torch.equal(network(clip).final, network(other).final)


def test_an_untrained_network_paints_what_the_motion_brings():
    clip = a_clip(references=1)
    clip.flows[:, :, 0] = 2.0
    moved = clip.references[:, 0].roll(-2, -1)
    with torch.no_grad():
        first = made(alignment="flow")(clip).first[:, :3]
    inside = (slice(None), slice(None), slice(9, 23), slice(9, 23))
    assert (first[inside] - moved[inside]).abs().mean() < 0.1 < (clip.target[inside] - moved[inside]).abs().mean()


@pytest.mark.parametrize("settings", [{}, {"alignment": "affine"}, {"scales": 1}, {"scales": 2}, {"spatial": 0}])
def test_every_setting_paints_and_gradients_reach_every_layer(settings):
    network, clip = made(**settings), a_clip()
    clip.visible[..., 8:16, 8:24] = 0
    result = network(clip)
    assert (result.refined is None) == (settings.get("spatial") == 0)
    total = result.final.square().mean() + result.first.square().mean()
    for each in result.by_affine:
        total = total + each.picture.square().mean()
    total.backward()
    assert not [n for n, each in network.named_parameters() if each.grad is None or not each.grad.abs().max() > 0]


@pytest.mark.parametrize(
    "wrong", [{"channels": 0}, {"spatial": 65}, {"scales": 4}, {"alignment": "none"}, {"temperature": 0.0}]
)
def test_settings_that_no_network_has_are_refused(wrong):
    with pytest.raises(ValueError, match="no such network"):
        StaSettings(**wrong)
