"""Painter and critic each get their own gradient from one loss, and the slope of a good critic is one."""

import pytest
import torch

from vfxlib.nets.critic import PENALTY, Critic, critic_loss, generator_loss
from vfxlib.nets.gated import init_weights

RNG = torch.Generator().manual_seed(6)


def made():
    critic = Critic(4)
    init_weights(critic, 0)
    return critic, torch.rand(2, 3, 32, 32, generator=RNG), torch.ones(2, 1, 32, 32)


def test_what_the_painter_minimises_does_not_reach_the_critic():
    critic, painted, mask = made()
    painted.requires_grad_()
    generator_loss(critic, painted, mask).backward()
    assert painted.grad.abs().max() > 0
    assert all(each.grad is None for each in critic.parameters())


def test_what_the_critic_minimises_does_not_reach_the_painter_and_teaches_every_layer():
    critic, painted, mask = made()
    painted.requires_grad_()
    critic_loss(
        critic, torch.rand(2, 3, 32, 32, generator=RNG), painted, mask, torch.full((2, 1, 1, 1), 0.5)
    ).backward()
    assert painted.grad is None
    assert all(each.grad.abs().max() > 0 for name, each in critic.named_parameters() if name != "last.bias")


def test_the_penalty_is_of_slopes_that_are_not_one():
    class Slope(torch.nn.Module):
        def forward(self, picture, mask):
            return 3 * picture[:, 0, 0, 0]

    pictures = torch.rand(2, 3, 4, 4, generator=RNG)
    loss = critic_loss(Slope(), pictures, pictures, torch.ones(2, 1, 4, 4), torch.full((2, 1, 1, 1), 0.3))
    assert float(loss) == pytest.approx(PENALTY * 4, rel=1e-4)
