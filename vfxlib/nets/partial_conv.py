"""Partial convolutions over features whose confidence is known, and how the confidence goes on."""

from typing import Literal

import torch
from torch import nn

from vfxlib.nets.hole_places import Windows, gather_rows

__all__ = ["LEAST", "ConfidenceUpdate", "ConfidenceUpdateKind", "PartialConv"]

ConfidenceUpdateKind = Literal["plain", "mean", "power", "polynomial"]

LEAST = 1e-6  # a window whose confidences sum to less shows nothing
MOST_LOG_POWER = 2.0  # powers from 1/7 to 7: beyond, float32 ends, and the mean of 7 is the largest nearly
TINY = 1e-30


class ConfidenceUpdate(nn.Module):
    """The confidence behind a layer, from that of what the layer saw.

    kind     "plain": min(sum, 1), the rule of the paper on partial convolutions; "mean": what its code does; "power": a
             weighted generalised mean, eq. 1; "polynomial": of the weighted mean, eq. 2. The last two are learned
    maps     maps of confidence that the layer sees, one for each of the frames that feed it
    kernel   side of the window, pixels
    paper    Towards video inpainting, 3.3.4
    """

    def __init__(self, kind: ConfidenceUpdateKind, maps: int, kernel: int) -> None:
        super().__init__()
        self.kind = kind
        if kind in ("power", "polynomial"):
            self.weight = nn.Parameter(torch.zeros(kernel**2, maps))  # its exponential is the weight
        if kind == "power":
            self.log_power = nn.Parameter(torch.zeros(()))  # at first the mean
        if kind == "polynomial":
            self.thirds = nn.Parameter(torch.full((2,), 1.0) * torch.arange(1, 3) / 3)  # (a, b), at first the mean

    def forward(self, seen: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
        """Update.

        seen     [p k*k maps]  confidences in the windows of some pixels, 0 to 1
        inside   [p k*k]       True inside the picture; beyond it there is nothing, which lowers no mean
        returns  [p], 0 to 1
        """
        if self.kind == "plain":
            return seen.sum((1, 2)).clamp(max=1)
        if self.kind == "mean":
            return _mean(seen, inside, torch.ones_like(seen[0]))
        weight = self.weight.exp()
        if self.kind == "power":
            power = self.log_power.clamp(-MOST_LOG_POWER, MOST_LOG_POWER).exp()
            return _mean(seen.clamp(min=LEAST) ** power, inside, weight).clamp(min=TINY) ** (1 / power)
        return lagrange(_mean(seen, inside, weight), *self.thirds.unbind()).clamp(0, 1)


def _mean(values: torch.Tensor, inside: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    there = inside.to(values.dtype)
    return (values * there[..., None] * weight).sum((1, 2)) / (there * weight.sum(1)).sum(1)


def lagrange(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The cubic through (0, 0), (1/3, a), (2/3, b) and (1, 1): eq. 2."""
    cubic = (27 * a - 27 * b + 9) / 2
    square = (-45 * a + 36 * b - 9) / 2
    linear = (18 * a - 9 * b + 2) / 2
    return ((cubic * x + square) * x + linear) * x


class PartialConv(nn.Module):
    """A convolution that sees what is confident, scaled up by how little of it there is; evaluated where it is asked.

    channels    of each frame that feeds it
    maps        how many frames feed it, each with a confidence of its own
    outputs     channels that come out
    kernel      side of the window, pixels, odd
    confidence  how its confidence goes on
    paper       Liu et al. 2018, eq. 1, with confidences between 0 and 1; Towards video inpainting, 3.3.4
    """

    def __init__(self, channels: int, maps: int, outputs: int, kernel: int, confidence: ConfidenceUpdateKind) -> None:
        super().__init__()
        self.channels, self.maps, self.kernel = channels, maps, kernel
        self.weight = nn.Parameter(torch.zeros(outputs, maps * channels, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.confidence = ConfidenceUpdate(confidence, maps, kernel)

    def forward(self, x: torch.Tensor, confidence: torch.Tensor, windows: Windows) -> tuple[torch.Tensor, torch.Tensor]:
        """Convolve.

        x           [m maps*channels]  rows of features, the frames one after another
        confidence  [m maps]           0 to 1
        windows     [p]                of the pixels that it is evaluated at, among these rows
        returns     [p outputs], 0 where nothing is confident; and its confidence [p]
        """
        seen = gather_rows(confidence, windows.rows)
        sure = x.reshape(-1, self.maps, self.channels) * confidence[..., None]
        around = gather_rows(sure.reshape(x.shape), windows.rows).flatten(1)
        sums = around @ self.weight.permute(2, 3, 1, 0).reshape(-1, len(self.weight))
        total = seen.sum((1, 2))
        there = total > LEAST
        scale = torch.where(there, self.maps * self.kernel**2 / total.clamp(min=LEAST), 0.0)
        y = sums * scale[:, None] + self.bias * there[:, None]
        return y, torch.where(there, self.confidence(seen, windows.inside), 0.0)
