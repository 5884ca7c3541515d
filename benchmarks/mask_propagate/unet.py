"""The U-Net that the paper's code carries a matte with: 64 to 1024 channels, 31 million parameters, to the letter."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

__all__ = ["MULTIPLE", "Unet", "open_unet"]

MULTIPLE = 16  # pixels that the sides of a picture must be a multiple of
TAIL = 2  # channels before the last one, behind a ReLU that may die; it is in the recipe


class Unet(nn.Module):
    """Picture [b 3 h w], -1..1, to the probability of the object [b 1 h w].

    width  channels of the first level; each of the four below has twice as many
    """

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        sizes = [width * 2**level for level in range(5)]
        self.down = nn.ModuleList(_pair(a, b) for a, b in zip([3, *sizes[:-1]], sizes, strict=True))
        self.widen = nn.ModuleList(nn.Conv2d(2 * size, size, 2) for size in sizes[-2::-1])
        self.up = nn.ModuleList(_pair(2 * size, size) for size in sizes[-2::-1])
        self.tail = nn.Conv2d(width, TAIL, 3, padding=1)
        self.last = nn.Conv2d(TAIL, 1, 1)

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        x, skips = picture, []
        for level, pair in enumerate(self.down):
            if level:
                skips.append(x)
                x = functional.max_pool2d(x, 2)
            x = pair(x)
        for widen, pair in zip(self.widen, self.up, strict=True):
            larger = functional.interpolate(x, scale_factor=2.0, mode="nearest")
            # a kernel of two pixels keeps the size with one more pixel at the right and the bottom
            x = pair(torch.cat((skips.pop(), functional.relu(widen(functional.pad(larger, (0, 1, 0, 1))))), 1))
        return torch.sigmoid(self.last(functional.relu(self.tail(x))))


def open_unet(seed: int, width: int = 64) -> Unet:
    """A network with fresh weights (He et al. 2015, biases 0).

    seed   the same seed gives the same weights; torch's global generator is not touched
    width  other than 64 only where the program itself is tried
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Unet(width)
        for layer in network.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                assert layer.bias is not None
                nn.init.zeros_(layer.bias)
    return network


def _pair(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, padding=1),
        nn.ReLU(),
    )
