"""STA-Net as a training leaves it in a file, and at work on one frame of a shot with any number of references."""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn

from vfxlib.io.weights import load_weights, read_weights
from vfxlib.nets.critic import Critic
from vfxlib.nets.settings import read_settings
from vfxlib.nets.sta import StaNet, StaSettings, open_sta

__all__ = ["KIND", "TrainedSta", "normalised_by", "read_sta"]

KIND = "sta"
WHAT = "STA-Net"  # as an error calls it
TRAIN = "give weights that paintout train sta has written"
OURS = "sta."  # how the network's tensors begin in a file; the critic's are for going on with a training
LEAST_DEVIATION = 0.02  # working code values: what is flatter is not stretched


class TrainedSta(nn.Module):
    """What a training keeps: the network, and the critic that judges what it paints.

    critic  None of a network without spatial aggregation
    """

    def __init__(self, sta: StaNet, critic: Critic | None) -> None:
        super().__init__()
        self.sta, self.critic = sta, critic

    def spatial_parameters(self) -> Iterator[nn.Parameter]:
        """What is not trained before the spatial aggregation is."""
        for part in (self.sta.refinement, self.critic):
            if part is not None:
                yield from part.parameters()


def normalised_by(frames: torch.Tensor, visible: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What a frame and its references are normalised by: mean and deviation of what is visible of it.

    frames   [b 3 h w]  working code values
    visible  [b 1 h w]  1 where visible, else 0
    returns  mean [b 3 1 1], deviation [b 1 1 1]
    """
    count = visible.sum((2, 3), keepdim=True).clamp(min=1)
    mean = (frames * visible).sum((2, 3), keepdim=True) / count
    square = ((frames - mean).square() * visible).sum((2, 3), keepdim=True) / count
    return mean, square.mean(1, keepdim=True).sqrt().clamp(min=LEAST_DEVIATION)


def read_sta(path: Path, device: torch.device) -> StaNet:
    """Read the network from a file that a training has written.

    raises  WeightsError if the file is not there, damaged, or holds another network
    """
    weights = read_weights(path)
    network = open_sta(read_settings(weights, path, KIND, StaSettings, WHAT, TRAIN), seed=0)
    own = {name.removeprefix(OURS): each for name, each in weights.tensors.items() if name.startswith(OURS)}
    load_weights(network, own, path, TRAIN)
    return network.to(device).eval()
