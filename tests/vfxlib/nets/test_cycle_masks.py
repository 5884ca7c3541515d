"""Mask prediction sees what differs between a frame and a completed one."""

import torch

from vfxlib.nets.cycle_completion import Completed
from vfxlib.nets.cycle_masks import MaskPrediction
from vfxlib.nets.deformable import DeformableAlignment


def test_a_mask_is_learned_from_what_differs():
    torch.manual_seed(0)
    network, alignment = MaskPrediction(8, 0), DeformableAlignment(8, 1)
    clean = torch.rand(2, 3, 16, 16)
    mask = torch.zeros(2, 1, 16, 16)
    mask[0, :, 3:7, 4:9], mask[1, :, 9:14, 2:6] = 1.0, 1.0
    damaged = torch.lerp(clean, torch.rand(2, 3, 16, 16), mask)
    completed = Completed(clean, torch.zeros(2, 8, 4, 4))
    optimiser = torch.optim.Adam([*network.parameters(), *alignment.parameters()], 1e-2)
    losses = []
    for _ in range(25):
        logits = network(damaged, completed, alignment)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, mask)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert logits.shape == mask.shape
    assert losses[-1] < 0.5 * losses[0]
