"""The critic of a WGAN-GP: tells real pictures from painted ones, by a number and not by a probability."""

from itertools import pairwise

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.func import functional_call

from vfxlib.nets.gated import PlainConv

__all__ = ["Critic", "critic_loss", "generator_loss"]

LEAK = 0.2
PENALTY = 10.0  # weight of the gradient's penalty


class Critic(nn.Module):
    """Judges squares of a picture, each by itself, and takes the mean.

    channels  of the first layer
    paper     Contextual residual aggregation (HiFill), 3.5; Gulrajani et al., improved training of Wasserstein GANs
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        c = channels
        sizes = (4, c, 2 * c, 4 * c, 4 * c)
        self.layers = nn.ModuleList(PlainConv(i, o, 5, stride=2, padding="zeros") for i, o in pairwise(sizes))
        for layer in self.layers:
            layer.gain = 1.4  # type: ignore[assignment]  # a leaky ReLU lets half of the power through
        self.last = PlainConv(4 * c, 1, 1)

    def forward(self, picture: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Judge: pictures [n 3 h w], and what of them was painted [n 1 h w] -> [n], larger for real ones."""
        y = torch.cat((picture, mask), 1).float()
        for layer in self.layers:
            y = F.leaky_relu(layer(y), LEAK)
        judged: torch.Tensor = self.last(y).mean((1, 2, 3))
        return judged


def generator_loss(critic: Critic, painted: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """What the painter minimises; its gradient does not reach the critic.

    painted  [n 3 h w]
    mask     [n 1 h w]  1 where painted
    paper    Spatial-temporal residual aggregation, eq. 9
    """
    fixed = {name: each.detach() for name, each in critic.named_parameters()}
    judged: torch.Tensor = functional_call(critic, fixed, (painted, mask))
    return -judged.mean()


def critic_loss(
    critic: Critic, real: torch.Tensor, painted: torch.Tensor, mask: torch.Tensor, between: torch.Tensor
) -> torch.Tensor:
    """What the critic minimises, with the gradient's penalty; its gradient does not reach the painter.

    real, painted  [n 3 h w]
    mask           [n 1 h w]  1 where painted
    between        [n 1 1 1]  0..1, drawn: where on the way from one to the other the gradient is looked at
    paper          Gulrajani et al., eq. 3; in the mask alone, as HiFill has it
    """
    painted = painted.detach()
    apart = critic(painted, mask).mean() - critic(real, mask).mean()
    mixed = torch.lerp(real, painted, between).requires_grad_()
    (slope,) = torch.autograd.grad(critic(mixed, mask).sum(), mixed, create_graph=True)
    steep = ((slope * mask).square().sum((1, 2, 3)) + 1e-12).sqrt()
    total: torch.Tensor = apart + PENALTY * (steep - 1).square().mean()
    return total
