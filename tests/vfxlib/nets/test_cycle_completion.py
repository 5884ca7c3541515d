"""Completion weighs its references as the paper writes it, and touches nothing outside the mask."""

import torch

from vfxlib.nets.cycle_completion import CompletionNetwork, TemporalAggregation, cover
from vfxlib.nets.deformable import DeformableAlignment


def random(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def test_aggregation_is_equations_3_to_5():
    torch.manual_seed(1)
    layer = TemporalAggregation(4, 3)
    target, aligned, mask = random(2, 4, 5, 6), random(2, 3, 4, 5, 6), random(2, 1, 5, 6)
    scores = torch.stack([(layer.query(target) * layer.key(aligned[:, r])).sum(1) for r in range(3)], 1)
    share = scores.exp() / scores.exp().sum(1, keepdim=True)
    modulated = [layer.value(aligned[:, r]) * share[:, r : r + 1] for r in range(3)]
    fused = layer.fusion(torch.cat((*modulated, target, mask), 1))
    assert torch.allclose(layer(target, aligned, mask), fused, atol=1e-6)
    assert torch.allclose(layer.weights(target, aligned).sum(1), torch.ones(2, 1, 5, 6))


def test_a_quarter_of_a_mask_is_replaced_whole_and_none_of_it_not_at_all():
    assert cover(torch.linspace(0, 1, 9)).tolist() == [0.0, 0.5] + [1.0] * 7


def test_outside_the_mask_a_completed_frame_is_the_given_one():
    torch.manual_seed(2)
    network, alignment = CompletionNetwork(8, 1, 2), DeformableAlignment(8, 1)
    target, mask = random(1, 3, 16, 16), torch.zeros(1, 1, 16, 16)
    mask[..., 4:9, 5:7] = 1.0
    completed = network(random(1, 2, 3, 16, 16), target, mask, alignment)
    outside = (mask == 0).expand_as(target)
    assert torch.equal(completed.frame[outside], target[outside])
    assert completed.features.shape == (1, 8, 4, 4)
    hidden = target.clone()
    hidden[~outside] = 9.0
    again = network(random(1, 2, 3, 16, 16), hidden, mask, alignment)
    assert torch.equal(again.frame, completed.frame)  # what the mask hides is not looked at
