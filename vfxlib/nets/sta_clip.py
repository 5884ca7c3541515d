"""STA-Net as a training leaves it in a file, and at work on one frame of a shot with any number of references."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from vfxlib.image.box import Box
from vfxlib.io.weights import load_weights, read_weights
from vfxlib.nets.critic import Critic
from vfxlib.nets.settings import read_settings
from vfxlib.nets.sta import STEP, Aligned, StaNet, StaSettings, open_sta
from vfxlib.nets.sta_temporal import Aggregate

__all__ = ["CONTEXT", "KIND", "Painted", "TrainedSta", "normalised_by", "paint_hole", "painted_part", "read_sta"]

KIND = "sta"
WHAT = "STA-Net"  # as an error calls it
TRAIN = "give weights that paintout train sta has written"
OURS = "sta."  # how the network's tensors begin in a file; the critic's are for going on with a training
CONTEXT = 96  # pixels around a hole that are looked at with it
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


@dataclass(frozen=True)
class Painted:
    """What became of a part of a frame; beside the hole it means nothing.

    colour   [3 h w]  normalised as what was given
    error    [h w]    expected absolute error, in the same unit
    carried  [h w]    True where a reference shows the place
    """

    colour: torch.Tensor
    error: torch.Tensor
    carried: torch.Tensor


def painted_part(hole: Box, size: tuple[int, int]) -> Box:
    """The part of a frame that is looked at to paint a hole, on the network's grid; it follows from the hole alone.

    hole  that holds it, pixels from the frame's corner
    size  height and width of the frame, multiples of the network's step
    """
    around = hole.grown(CONTEXT) & Box(0, 0, size[1], size[0])
    x0, y0 = around.x0 // STEP * STEP, around.y0 // STEP * STEP
    return Box(x0, y0, -(-around.x1 // STEP) * STEP, -(-around.y1 // STEP) * STEP)


@torch.no_grad()
def paint_hole(
    network: StaNet, target: torch.Tensor, part: Box, references: Iterable[tuple[torch.Tensor, torch.Tensor]]
) -> Painted:
    """Paint a part of a frame from any number of references, one after the other.

    network     in eval mode
    target      [4 H W]  normalised colour, 0 where not visible; visible 1, else 0; H and W multiples of its step
    part        as ``painted_part`` gives it
    references  each [4 H W] as the target, with the flow [2 h w] over the part as ``StaClip`` has it; may be none
    """
    corner, whole = (part.x0, part.y0), target[None]
    frame = whole[..., part.y0 : part.y1, part.x0 : part.x1]
    encoded, aggregate = network.encoder(frame), Aggregate(network.settings.temperature)
    for reference, flow in references:
        for aligned, _ in network.align(whole, reference[None], flow[None], corner):
            network.add(aggregate, encoded, frame[:, 3:], aligned)
    if aggregate.empty:
        network.add(aggregate, encoded, frame[:, 3:], Aligned(frame[:, :3] * 0, frame[:, 3:] * 0))
    first, carried = network.draw(encoded, frame, aggregate)
    colour = first[:, :3]
    if network.refinement is not None:
        hole = 1 - frame[:, 3:]
        leftover = hole * (1 - carried)
        refined = network.refinement(torch.lerp(frame[:, :3], colour, hole), leftover)
        colour = torch.lerp(colour, refined, leftover)
    return Painted(colour[0], first[0, 3].clamp(-12.0, 12.0).exp(), carried[0, 0] > 0)
