"""Encoder and decoder of single frames: features at a quarter of the size, and what is finer beside them."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.nets.gated import upsample_2x

__all__ = ["COARSE", "FrameDecoder", "FrameEncoder", "FrameLevels"]

COARSE = 4  # pixels of the frame for one of its features
MIDDLE, UNIT = 0.4, 0.2  # working code values: about the mean of pictures, and their deviation


@dataclass(frozen=True)
class FrameLevels:
    """Features of a frame.

    coarse  [n c h/4 w/4]
    half    [n c h/2 w/2]
    full    [n c/2 h w]
    """

    coarse: torch.Tensor
    half: torch.Tensor
    full: torch.Tensor


class ResidualBlock(nn.Module):
    """Two convolutions beside what goes by."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[n c h w] to [n c h w]."""
        y: torch.Tensor = self.second(F.relu(self.first(F.relu(x))))
        return x + y


class FrameEncoder(nn.Module):
    """From pixels to features: convolutions and residual blocks with ReLU.

    more      channels beside the three of colour
    channels  of the features
    blocks    residual blocks at the coarse level
    paper     Semi-supervised video inpainting with cycle consistency constraints, 3.2.1
    """

    def __init__(self, more: int, channels: int, blocks: int) -> None:
        super().__init__()
        self.at_full = nn.Conv2d(3 + more, channels // 2, 3, padding=1)
        self.at_half = nn.Conv2d(channels // 2, channels, 4, stride=2, padding=1)
        self.at_coarse = nn.Conv2d(channels, channels, 4, stride=2, padding=1)
        self.blocks = nn.Sequential(*(ResidualBlock(channels) for _ in range(blocks)))

    def forward(self, colour: torch.Tensor, more: torch.Tensor | None = None) -> FrameLevels:
        """Encode frames.

        colour  [n 3 h w]  working code values; h and w are multiples of 4
        more    [n m h w]  what else is known of each pixel, about 0..1
        """
        x = (colour - MIDDLE) / UNIT
        full = self.at_full(x if more is None else torch.cat((x, more), 1))
        half = self.at_half(F.relu(full))
        return FrameLevels(self.blocks(self.at_coarse(F.relu(half))), half, full)


class FrameDecoder(nn.Module):
    """From features back to pixels, with what is finer of the frame's own; it says 0 at the start.

    inputs    channels of the features that are given
    channels  as the encoder's
    outputs   channels of a pixel
    blocks    residual blocks at the coarse level
    """

    def __init__(self, inputs: int, channels: int, outputs: int, blocks: int) -> None:
        super().__init__()
        self.at_coarse = nn.Conv2d(inputs, channels, 1)
        self.blocks = nn.Sequential(*(ResidualBlock(channels) for _ in range(blocks)))
        self.at_half = nn.Conv2d(2 * channels, channels // 2, 3, padding=1)
        self.at_full = nn.Conv2d(channels, channels // 2, 3, padding=1)
        self.last = nn.Conv2d(channels // 2, outputs, 3, padding=1)

    def forward(self, features: torch.Tensor, own: FrameLevels) -> torch.Tensor:
        """Decode frames.

        features  [n inputs h/4 w/4]
        own       of the frame that is wanted
        returns   [n outputs h w]
        """
        x = upsample_2x(self.blocks(self.at_coarse(features)))
        x = upsample_2x(self.at_half(F.relu(torch.cat((x, own.half), 1))))
        decoded: torch.Tensor = self.last(F.relu(self.at_full(F.relu(torch.cat((x, own.full), 1)))))
        return decoded
