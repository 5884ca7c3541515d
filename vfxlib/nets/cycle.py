"""The two networks that mend corrupted footage from one marked frame: completion and mask prediction, in a cycle."""

from dataclasses import dataclass

import torch
from torch import nn

from vfxlib.nets.cycle_completion import Completed, CompletionNetwork
from vfxlib.nets.cycle_masks import MaskPrediction
from vfxlib.nets.deformable import DeformableAlignment
from vfxlib.nets.settings import NetworkSettings

__all__ = ["CycleNetworks", "CycleSettings", "nearest_frames", "open_cycle"]

RARE = -3.0  # logit of a mask at the start: damage is rare


@dataclass(frozen=True)
class CycleSettings(NetworkSettings):
    """What the networks are built from; it goes into the file of their weights.

    channels    of the features, an even number
    blocks      residual blocks of each encoder and decoder
    alignments  deformable blocks that align one frame's features with another's
    references  frames beside the target, half of them before it and half behind
    """

    channels: int = 64
    blocks: int = 2
    alignments: int = 4
    references: int = 4

    def __post_init__(self) -> None:
        if not (2 <= self.channels <= 512 and self.channels % 2 == 0 and 0 <= self.blocks <= 64):
            raise ValueError(f"no cycle networks have {self}")
        if not (0 <= self.alignments <= 32 and 2 <= self.references <= 32 and self.references % 2 == 0):
            raise ValueError(f"no cycle networks have {self}")


class CycleNetworks(nn.Module):
    """Phi and Psi, which share the alignment of features.

    settings  what they were built from
    paper     Semi-supervised video inpainting with cycle consistency constraints, 3. `open_cycle` gives their start
    """

    def __init__(self, settings: CycleSettings) -> None:
        super().__init__()
        self.settings = settings
        self.alignment = DeformableAlignment(settings.channels, settings.alignments)
        self.completion = CompletionNetwork(settings.channels, settings.blocks, settings.references)
        self.masks = MaskPrediction(settings.channels, settings.blocks)

    def complete(self, references: torch.Tensor, target: torch.Tensor, mask: torch.Tensor) -> Completed:
        """What a mask hides.

        references  [n r 3 h w]  working code values; as many as the settings say; h and w are multiples of 4
        target      [n 3 h w]
        mask        [n 1 h w]    0..1
        """
        completed: Completed = self.completion(references, target, mask, self.alignment)
        return completed

    def predict(self, frame: torch.Tensor, completed: Completed) -> torch.Tensor:
        """Where a frame is damaged.

        frame      [n 3 h w]  working code values
        completed  a frame beside it, or itself
        returns    [n 1 h w]  logits of the mask
        """
        logits: torch.Tensor = self.masks(frame, completed, self.alignment)
        return logits


def nearest_frames(target: int, frames: int, references: int) -> tuple[int, ...]:
    """Which frames of a clip a target is completed from: the nearest, as many before as behind where there are.

    target      its place in the clip
    frames      how many the clip has; at least one more than references
    references  how many are wanted
    returns     their places, in order
    """
    first = min(max(0, target - references // 2), frames - references - 1)
    return tuple(place for place in range(first, first + references + 1) if place != target)


def open_cycle(settings: CycleSettings, seed: int) -> CycleNetworks:
    """Build the networks at their start: the smooth fill is completion, and damage is nowhere likely.

    seed     the same seed gives the same weights; torch's global generator is not touched
    returns  float32, on the processor
    raises   ValueError, if the settings are none that they can have
    """
    with torch.random.fork_rng(devices=[]):  # torch's layers draw from its global generator
        network = CycleNetworks(settings)
    generator = torch.Generator().manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)
    network.alignment.begin()
    for decoder in (network.completion.decoder, network.masks.decoder):
        nn.init.zeros_(decoder.last.weight)
    assert network.masks.decoder.last.bias is not None
    nn.init.constant_(network.masks.decoder.last.bias, RARE)
    return network
