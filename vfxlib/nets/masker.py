"""The network that segments objects: a U-Net of gated layers, down to an eighth of the size and back."""

from dataclasses import dataclass

import torch
from torch import nn

from vfxlib.nets.gated import GatedConv, PlainConv, init_weights, pad_to_multiple, upsample_2x
from vfxlib.nets.settings import MOST_CHANNELS, NetworkSettings

__all__ = ["Masker", "MaskerSettings", "open_masker"]

STEP = 8  # the encoder halves the size three times


@dataclass(frozen=True)
class MaskerSettings(NetworkSettings):
    """What a masker is built from; it goes into the file of its weights.

    inputs   channels of the input
    objects  channels of the output, one for each object
    """

    inputs: int
    objects: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.inputs <= MOST_CHANNELS or not 1 <= self.objects <= MOST_CHANNELS:
            raise ValueError(f"no masker has {self.inputs} inputs and {self.objects} objects")


def gated(inputs: int, outputs: int, kernel: int = 3, stride: int = 1, dilation: int = 1) -> GatedConv:
    """A gated layer by what goes on behind the gate; edges as 0."""
    return GatedConv(inputs, 2 * outputs, kernel, stride, dilation, "zeros")


class Masker(nn.Module):
    """A network that says for every pixel how likely each object is there.

    The paper takes a U-Net of 31 million plain layers' weights; this one has 1.2 million, gated as the painter's are,
    which is what a shot can teach within minutes. Behind the gates of dilated layers are multiples of 16 channels:
    torch 2.13 takes other gradients of bfloat16 from memory that nobody wrote.

    settings  what it was built from
    paper     Implicit internal video inpainting, 4.2. `open_masker` gives it its start
    """

    def __init__(self, settings: MaskerSettings) -> None:
        super().__init__()
        self.settings = settings
        self.fine = gated(settings.inputs, 16, 5)
        self.middle = nn.Sequential(gated(16, 32, stride=2), gated(32, 32))
        self.coarse = nn.Sequential(
            gated(32, 64, stride=2), gated(64, 64), gated(64, 64, dilation=2), gated(64, 64, dilation=4)
        )
        self.coarsest = nn.Sequential(
            gated(64, 96, stride=2), gated(96, 96), gated(96, 96, dilation=2), gated(96, 96, dilation=4)
        )
        self.to_quarter = gated(96 + 64, 64)
        self.to_half = gated(64 + 32, 32)
        self.to_whole = gated(32 + 16, 16)
        self.last = PlainConv(16, settings.objects, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Segment the objects.

        x        [b inputs h w], any size
        returns  [b objects h w] float32  log odds (logits) of each object
        """
        height, width = x.shape[-2:]
        whole = self.fine(pad_to_multiple(x, STEP))
        half = self.middle(whole)
        quarter = self.coarse(half)
        y = self.to_quarter(torch.cat((upsample_2x(self.coarsest(quarter)), quarter), 1))
        y = self.to_half(torch.cat((upsample_2x(y), half), 1))
        y = self.to_whole(torch.cat((upsample_2x(y), whole), 1))
        log_odds: torch.Tensor = self.last(y).float()
        return log_odds[..., :height, :width]


def open_masker(settings: MaskerSettings, seed: int) -> Masker:
    """Build a masker at its start, ready to be fitted.

    seed     the same seed gives the same weights; torch's global generator is not touched
    returns  float32, channels_last, on the processor
    """
    masker = Masker(settings)
    init_weights(masker, seed)
    return masker
