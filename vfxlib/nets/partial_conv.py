"""Partial convolutions over features whose confidence is known, and how the confidence goes on."""

from typing import Literal

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

__all__ = ["ConfidenceUpdate", "ConfidenceUpdateKind", "PartialConv"]

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

    ones: torch.Tensor

    def __init__(self, kind: ConfidenceUpdateKind, maps: int, kernel: int) -> None:
        super().__init__()
        self.kind, self.margin = kind, kernel // 2
        self.register_buffer("ones", torch.ones(1, maps, kernel, kernel), persistent=False)
        if kind in ("power", "polynomial"):
            self.weight = nn.Parameter(torch.zeros(1, maps, kernel, kernel))  # its exponential is the weight
        if kind == "power":
            self.log_power = nn.Parameter(torch.zeros(()))  # at first the mean
        if kind == "polynomial":
            self.thirds = nn.Parameter(torch.full((2,), 1.0) * torch.arange(1, 3) / 3)  # (a, b), at first the mean

    def forward(self, confidence: torch.Tensor) -> torch.Tensor:
        """Update.

        confidence  [n maps h w], 0 to 1
        returns     [n 1 h w], 0 to 1; beyond the picture there is nothing, which lowers no mean
        """
        if self.kind == "plain":
            return self._sum(confidence, self.ones).clamp(max=1)
        if self.kind == "mean":
            return self._mean(confidence, self.ones)
        weight = self.weight.exp()
        if self.kind == "power":
            power = self.log_power.clamp(-MOST_LOG_POWER, MOST_LOG_POWER).exp()
            return self._mean(confidence.clamp(min=LEAST) ** power, weight).clamp(min=TINY) ** (1 / power)
        return lagrange(self._mean(confidence, weight), *self.thirds.unbind()).clamp(0, 1)

    def _mean(self, values: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return self._sum(values, weight) / self._sum(torch.ones_like(values[:1]), weight)

    def _sum(self, values: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        return F.conv2d(values, weight.to(values.dtype), padding=self.margin)


def lagrange(x: torch.Tensor, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The cubic through (0, 0), (1/3, a), (2/3, b) and (1, 1): eq. 2."""
    cubic = (27 * a - 27 * b + 9) / 2
    square = (-45 * a + 36 * b - 9) / 2
    linear = (18 * a - 9 * b + 2) / 2
    return ((cubic * x + square) * x + linear) * x


class PartialConv(nn.Module):
    """A convolution that sees what is confident, scaled up by how little of it there is.

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

    def forward(self, x: torch.Tensor, confidence: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Convolve.

        x           [n maps*channels h w], the frames one after another
        confidence  [n maps h w], 0 to 1
        returns     [n outputs h w], 0 where nothing is confident; and its confidence [n 1 h w]
        """
        n, _, height, width = x.shape
        seen = x.reshape(n, self.maps, self.channels, height, width) * confidence[:, :, None]
        sums = F.conv2d(seen.reshape(x.shape), self.weight, padding=self.kernel // 2)
        total = F.conv2d(confidence, self.confidence.ones.to(confidence.dtype), padding=self.kernel // 2)
        there = total > LEAST
        scale = torch.where(there, self.maps * self.kernel**2 / total.clamp(min=LEAST), 0.0)
        y = sums * scale + self.bias[:, None, None] * there
        return y, torch.where(there, self.confidence(confidence), 0.0)
