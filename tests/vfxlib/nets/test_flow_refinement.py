"""The flow refinement starts from a smooth fill, keeps what is certain, and carries motion along itself."""

from dataclasses import replace

import pytest
import torch

from tests.vfxlib.pretraining.made_scene import made_flows
from vfxlib.nets.flow_refinement import FlowRefinement, open_flow_refinement
from vfxlib.nets.flow_refinement_settings import FlowRefinementSettings
from vfxlib.nets.flow_start import smooth_start
from vfxlib.nets.flow_update import GATE, FrameFeatures, merge
from vfxlib.nets.settings import NetworkSettings

SMALL = FlowRefinementSettings(channels=8, blocks=1, steps=3)
KINDS = [
    replace(SMALL, architecture=architecture, confidence=confidence, merge=kind)
    for architecture in (1, 2)
    for confidence in ("plain", "mean", "power", "polynomial")
    for kind in ("residual", "weighted")
] + [replace(SMALL, guide="edges")]


def name(settings):
    return f"{settings.architecture}-{settings.confidence}-{settings.merge}-{settings.guide}"


def disturbed(settings, amount=0.1):
    """A network whose learned terms do something."""
    network, rng = open_flow_refinement(settings, 0), torch.Generator().manual_seed(8)
    for parameter in network.parameters():
        parameter.data += amount * torch.randn(parameter.shape, generator=rng)
    return network.eval()


@pytest.mark.parametrize("settings", KINDS, ids=name)
def test_every_kind_gives_motion_of_the_clip_s_size_behind_every_step(settings):
    flows, known = made_flows(1, clips=2, frames=3, size=17, hole=6)
    decoded = disturbed(settings)(flows, known)
    assert [each.shape for each in decoded] == [(2, 3, settings.maps, 17, 17)] * 4
    assert all(each.isfinite().all() for each in decoded)


@pytest.mark.parametrize("settings", KINDS, ids=name)
def test_every_weight_of_every_kind_learns(settings):
    network = disturbed(settings)
    flows, known = made_flows(2, clips=1, frames=3, size=16, hole=6)
    sum(each.square().mean() for each in network(flows, known)).backward()
    still = [each for each, p in network.named_parameters() if p.grad is None or not p.grad.isfinite().all()]
    assert not still
    unmoved = {each for each, p in network.named_parameters() if not p.grad.abs().sum()}
    assert unmoved <= {"update.second.confidence.weight"}


@pytest.mark.parametrize("settings", KINDS, ids=name)
def test_an_untrained_network_gives_the_smooth_fill_whatever_the_number_of_updates(settings):
    network = open_flow_refinement(settings, 3)
    flows, known = made_flows(3, clips=1, frames=3, size=20, hole=8)
    smooth = smooth_start(flows.flatten(0, 1), known.flatten(0, 1)).view_as(flows)
    with torch.no_grad():
        assert all(torch.allclose(each[:, :, :4], smooth, atol=1e-5) for each in network(flows, known, steps=4))


@pytest.mark.parametrize("kind", ["residual", "weighted"])
def test_an_update_that_is_confident_of_nothing_leaves_the_smooth_fill(kind):
    network = disturbed(replace(SMALL, merge=kind))
    flows, known = made_flows(4, clips=1, frames=1, size=40, hole=30)
    with torch.no_grad():
        start, *_, end = network(flows, known)
    deep = (slice(None), slice(None), slice(None), slice(18, 22), slice(18, 22))  # farther in than three updates see
    assert torch.equal(start[deep], end[deep])
    assert not torch.equal(start, end)


@pytest.mark.parametrize("settings", KINDS, ids=name)
def test_what_is_certain_keeps_its_features(settings):
    network = disturbed(settings)
    flows, known = made_flows(5, clips=1, frames=3, size=16, hole=6)
    with torch.no_grad():
        start, *_, end = network(flows, known)
    certain = (known > 0).expand_as(start)
    assert torch.allclose(start[certain], end[certain], atol=1e-5)


@pytest.mark.parametrize("settings", KINDS, ids=name)
def test_what_the_hole_hides_is_not_looked_at(settings):
    network = disturbed(settings)
    flows, known = made_flows(6, clips=1, frames=3, size=16, hole=6)
    with torch.no_grad():
        a, b = network(flows, known), network(torch.where(known > 0, flows, torch.nan), known)
    assert torch.equal(a[-1], b[-1])


def test_motion_that_a_neighbour_saw_comes_along_the_flow():
    """A patch moves behind a hole that only the middle frame has: no frame's own surroundings show it."""
    flows, known = torch.zeros(1, 3, 4, 24, 24), torch.ones(1, 3, 1, 24, 24)
    for frame in range(3):
        at = 8 + frame  # a pixel a frame to the right
        flows[0, frame, 0, 9:15, at : at + 6], flows[0, frame, 2, 9:15, at : at + 6] = 1.0, -1.0
    known[0, 1, 0, 6:18, 6:18] = 0
    network = open_flow_refinement(SMALL, 0)
    network.update.gates.data[0, 2:4] = network.update.gates.data[1, :2] = 1 / GATE
    with torch.no_grad():
        start, *_, end = network(flows, known)
    inner = (0, 1, slice(None), slice(11, 13), slice(11, 13))
    assert float(start[inner][0].mean()) < 0.1
    assert torch.allclose(end[inner], flows[inner], atol=0.3)
    assert float(end[inner][0].mean()) > 0.8


def frame_of(value, confidence):
    return FrameFeatures(torch.full((1, 3, 3, 2), value), torch.full((1, 3, 3), confidence))


def test_the_residual_merge_is_the_paper_s_formula():
    merged = merge(frame_of(1.0, 0.25), frame_of(5.0, 0.8), "residual")
    assert merged.features[0, 0, 0, 0] == pytest.approx((1.0 + 5.0 * 0.8 * 0.75) / (1 + 0.8 * 0.75))
    assert merged.confidence[0, 0, 0] == pytest.approx(0.8)


def test_the_weighted_merge_keeps_nothing_of_what_nobody_was_confident_of():
    merged = merge(frame_of(1.0, 0.0), frame_of(5.0, 0.3), "weighted")
    assert merged.features[0, 0, 0, 0] == pytest.approx(5.0)
    half = merge(frame_of(1.0, 0.5), frame_of(5.0, 0.5), "weighted")
    assert half.features[0, 0, 0, 0] == pytest.approx(1.0 + 4.0 * 0.25 / 0.75)


@pytest.mark.parametrize("kind", ["residual", "weighted"])
def test_a_merge_changes_nothing_that_is_certain_and_lowers_no_confidence(kind):
    merged = merge(frame_of(1.0, 1.0), frame_of(5.0, 0.6), kind)
    assert (merged.features == 1).all()
    assert (merged.confidence == 1).all()


def test_a_hole_may_begin_with_any_motion():
    flows, known = made_flows(7, clips=1, frames=2, size=16, hole=6)
    start = torch.full_like(flows, 2.5)
    with torch.no_grad():
        first, *_, last = open_flow_refinement(SMALL, 0)(flows, known, start=start)
    for each in (first, last):
        assert torch.allclose(each, torch.where(known > 0, flows, start), atol=1e-5)


def test_neighbours_are_read_where_base_and_motion_lead_together():
    """A pan of 3 pixels a frame, as a base with nothing on top, is the same clip as the pan itself."""
    network = disturbed(SMALL, 0.05)
    flows, known = torch.zeros(1, 3, 4, 24, 24), torch.ones(1, 3, 1, 24, 24)
    known[0, 1, 0, 6:18, 6:18] = 0
    base = torch.tensor([3.0, 0.0, -3.0, 0.0])[:, None, None].expand(1, 3, 4, 24, 24)
    changed = flows.clone()
    changed[0, 2, :, 10, 12] = 4.0  # what the pan brings to column 9 of the middle frame
    with torch.no_grad():
        gap = (network(changed, known, steps=1, base=base)[-1] - network(flows, known, steps=1, base=base)[-1])[0, 1]
    moved = gap.abs().sum(0)
    assert moved[10, 9] > 0


def test_the_same_seed_gives_the_same_start_and_the_global_generator_stays():
    before = torch.get_rng_state()
    a, b, c = (open_flow_refinement(SMALL, seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(a[each], b[each]) for each in a)
    assert any(not torch.equal(a[each], c[each]) for each in a)


@pytest.mark.parametrize(
    "wrong",
    [
        {"channels": 3},
        {"kernel": 2},
        {"architecture": 3},
        {"confidence": "most"},
        {"merge": "sum"},
        {"guide": "light"},
        {"steps": -1},
        {"unit": 0.0},
        {"unit": float("nan")},
        {"blocks": 1000},
    ],
    ids=str,
)
def test_settings_that_no_network_can_have_are_refused(wrong):
    with pytest.raises(ValueError, match="no flow refinement has"):
        FlowRefinement(FlowRefinementSettings(**wrong))
    assert issubclass(FlowRefinementSettings, NetworkSettings)
