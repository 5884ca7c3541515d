"""Both networks share their alignment, and begin with what is known without learning."""

import pytest
import torch

from vfxlib.nets.cycle import CycleSettings, nearest_frames, open_cycle
from vfxlib.nets.flow_start import smooth_start

SMALL = CycleSettings(channels=8, blocks=1, alignments=2, references=2)


def test_at_its_start_completion_is_the_smooth_fill_and_damage_is_nowhere():
    network = open_cycle(SMALL, 0)
    target, mask = torch.rand(1, 3, 16, 20), torch.zeros(1, 1, 16, 20)
    mask[..., 5:9, 5:9] = 1.0
    completed = network.complete(torch.rand(1, 2, 3, 16, 20), target, mask)
    assert torch.allclose(completed.frame, smooth_start(target, 1 - mask))
    assert (network.predict(target, completed).sigmoid() < 0.1).all()


def test_the_same_seed_gives_the_same_weights_and_torch_s_own_chance_is_left_alone():
    torch.manual_seed(7)
    before = torch.get_rng_state()
    one, same, other = (open_cycle(SMALL, seed).state_dict() for seed in (0, 0, 1))
    assert torch.equal(before, torch.get_rng_state())
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert any(not torch.equal(one[name], other[name]) for name in one)


def test_the_alignment_is_there_once_and_learns_from_both():
    network = open_cycle(SMALL, 0)
    assert sum("alignment" in name for name in network.state_dict()) == 2 * 6
    for decoder in (network.completion.decoder, network.masks.decoder):
        torch.nn.init.normal_(decoder.last.weight)
    frame, mask = torch.rand(1, 3, 16, 16), torch.rand(1, 1, 16, 16) * 0.2
    completed = network.complete(torch.rand(1, 2, 3, 16, 16), frame, mask)
    weight = network.alignment[0].conv.mix.weight
    for loss in (completed.frame.square().sum(), network.predict(frame, completed).sum()):
        assert float(torch.autograd.grad(loss, weight, retain_graph=True)[0].abs().sum()) > 0


def test_a_mask_learns_through_what_it_completes():
    network = open_cycle(SMALL, 0)
    mask = torch.full((1, 1, 16, 16), 0.1, requires_grad=True)
    network.complete(torch.rand(1, 2, 3, 16, 16), torch.rand(1, 3, 16, 16), mask).frame.sum().backward()
    assert float(mask.grad.abs().sum()) > 0


@pytest.mark.parametrize(
    ("target", "frames", "places"),
    [(2, 6, (0, 1, 3, 4)), (3, 6, (1, 2, 4, 5)), (0, 6, (1, 2, 3, 4)), (5, 6, (1, 2, 3, 4)), (1, 5, (0, 2, 3, 4))],
)
def test_references_are_the_nearest_frames(target, frames, places):
    assert nearest_frames(target, frames, 4) == places


@pytest.mark.parametrize("wrong", [{"channels": 7}, {"channels": 0}, {"references": 3}, {"alignments": -1}])
def test_settings_that_no_network_has_are_refused(wrong):
    with pytest.raises(ValueError, match="no cycle networks"):
        CycleSettings(**wrong)
