"""Deformable convolution, and blocks of it that align the features of one frame with another's."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.nets.flow_warp import read_bilinear

__all__ = ["DeformableAlignment", "DeformableConv", "DeformableConvAlignment"]

SIDE = 3
TAPS = SIDE * SIDE
FARTHEST = 8.0  # features that a tap may be moved by


class DeformableConv(nn.Module):
    """A convolution of 3x3 whose taps are read where offsets say, bilinear; 0 beyond the border.

    channels  in and out
    paper     Deformable convolutional networks, 2.1
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(TAPS * channels, channels, 1)  # taps row by row, all channels of one after the other

    def forward(self, x: torch.Tensor, offsets: torch.Tensor) -> torch.Tensor:
        """Convolve.

        x        [n c h w]
        offsets  [n 18 h w]  of each tap in pixels: x and y of the first, of the second, ...
        """
        n, channels, height, width = x.shape
        own = torch.arange(TAPS, device=x.device)
        columns = torch.arange(width, device=x.device, dtype=offsets.dtype)
        rows = torch.arange(height, device=x.device, dtype=offsets.dtype)[:, None]
        moved = offsets.reshape(n, TAPS, 2, height, width)
        across = moved[:, :, 0] + (own % SIDE - SIDE // 2)[:, None, None] + columns
        down = moved[:, :, 1] + (own // SIDE - SIDE // 2)[:, None, None] + rows
        # all taps are one tall picture, so that the features are not copied for each
        read = read_bilinear(x, across.flatten(1, 2), down.flatten(1, 2))
        taps = read.reshape(n, channels, TAPS, height, width).transpose(1, 2).flatten(1, 2)
        mixed: torch.Tensor = self.mix(taps)
        return mixed


class DeformableConvAlignment(nn.Module):
    """A DCA block: offsets from the features of target and reference, by which the reference is read.

    paper  Semi-supervised video inpainting with cycle consistency constraints, eq. 2
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(2 * channels, channels, 3, padding=1)
        self.offsets = nn.Conv2d(channels, 2 * TAPS, 3, padding=1)
        self.conv = DeformableConv(channels)

    def forward(self, target: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
        """Align [n c h w] of a reference with those of a target."""
        told = self.offsets(F.relu(self.first(torch.cat((target, reference), 1))))
        offsets = FARTHEST * torch.tanh(told / FARTHEST)  # beyond the picture nothing is read, and nothing learned
        aligned: torch.Tensor = self.conv(reference, offsets)
        return aligned


class DeformableAlignment(nn.ModuleList):
    """Such blocks one behind the other; at the start they hand on what they are given.

    channels  of the features
    blocks    how many; 0 aligns nothing
    """

    def __init__(self, channels: int, blocks: int) -> None:
        super().__init__(DeformableConvAlignment(channels) for _ in range(blocks))

    def forward(self, target: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
        """Align [n c h w] of a reference with those of a target."""
        for block in self:
            reference = block(target, reference)
        return reference

    @torch.no_grad()
    def begin(self) -> None:
        """Give the blocks their start: no offset, and a convolution that is the identity."""
        for block in self:
            assert isinstance(block, DeformableConvAlignment)
            nn.init.zeros_(block.offsets.weight)
            assert block.offsets.bias is not None
            nn.init.zeros_(block.offsets.bias)
            weight, bias = block.conv.mix.weight, block.conv.mix.bias
            nn.init.zeros_(weight)
            assert bias is not None
            nn.init.zeros_(bias)
            channels = weight.shape[0]
            weight[:, TAPS // 2 * channels : (TAPS // 2 + 1) * channels, 0, 0] = torch.eye(channels)
