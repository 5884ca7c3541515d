"""STA-Net's temporal aggregation: what aligned references show, carried at several scales by one set of scores."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.nets.elu_conv import EluConv
from vfxlib.nets.flow_start import smooth_start
from vfxlib.nets.gated import PlainConv, upsample_2x

__all__ = [
    "ALONE",
    "HALVINGS",
    "Aggregate",
    "Scales",
    "TemporalDecoder",
    "TemporalEncoder",
    "cosine_similarity",
    "visible_at",
]

HALVINGS = 2  # from the picture to the scale at which scores are computed
ALONE = 0.999  # of the pixels under a place are visible: it is
DILATIONS = (1, 2, 4, 8, 16)
NO_PLACE = 1e-3  # weight of all references together below which none shows a place


@dataclass(frozen=True)
class Scales:
    """A frame at several scales, the lowest first.

    maps  [n c h w] each: features at a quarter and at half of the size, then the picture itself
    """

    maps: tuple[torch.Tensor, ...]


class TemporalEncoder(nn.Module):
    """From a frame and what is visible of it to features at several scales; one for target and references."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        c = channels
        self.fine = EluConv(4, c, 5)
        self.halved = EluConv(c, 2 * c)
        self.quarter = nn.Sequential(EluConv(2 * c, 4 * c), EluConv(4 * c, 4 * c))

    def forward(self, frames: torch.Tensor) -> Scales:
        """Encode.

        frames  [n 4 h w]  colour, 0 where not visible; visible 1, else 0; h and w multiples of 4
        """
        half = self.halved(F.max_pool2d(self.fine(frames), 2))
        quarter = self.quarter(F.max_pool2d(half, 2))
        return Scales((quarter, half, frames[:, :3]))


def cosine_similarity(
    target: torch.Tensor, reference: torch.Tensor, target_visible: torch.Tensor, visible: torch.Tensor
) -> torch.Tensor:
    """Compare a target's features with those of an aligned reference.

    In its hole the target has nothing to compare: there stands what is found around it, spread smoothly. The paper's
    forerunner takes the mean of the whole frame, by which a reference that fits here and not there cannot be told.

    target, reference        [n c h w]  features
    target_visible, visible  [n 1 h w]  1 where the target and the reference are visible, else 0
    returns                  [n 1 h w]  -1..1; 0 if nothing can be compared
    paper                    Spatial-temporal residual aggregation, 3.2; Copy-and-paste networks, 3.2
    """
    ours, theirs = (F.normalize(each.float(), dim=1, eps=1e-3) for each in (target, reference))
    return smooth_start((ours * theirs).sum(1, keepdim=True), target_visible * visible)


def visible_at(visible: torch.Tensor, halvings: int) -> torch.Tensor:
    """Where all pixels under a place are visible: [n 1 h w] of 0 and 1 -> the same at a lower scale."""
    for _ in range(halvings):
        visible = -F.max_pool2d(-visible, 2)
    return visible


class Aggregate:
    """The masked softmax over references, one after the other: its cost does not grow with their number.

    Scores are shared: computed at the lowest scale, they weigh what is carried at every scale, and at each scale only
    references that show the place count.

    temperature  of the softmax
    paper        Spatial-temporal residual aggregation, 3.2 and figure 3
    """

    def __init__(self, temperature: float) -> None:
        self._temperature = temperature
        self._sums: list[torch.Tensor] = []
        self._weights: list[torch.Tensor] = []
        self._shown: torch.Tensor | None = None

    def add(self, similarity: torch.Tensor, scales: Sequence[torch.Tensor], visible: torch.Tensor) -> None:
        """Add an aligned reference.

        similarity  [n 1 h/4 w/4]  -1..1
        scales      [n c ...]      at a quarter of the size, at half and at the whole, or the first of them
        visible     [n 1 h w]      1 where it shows the place, else 0
        """
        self._shown = visible if self._shown is None else torch.maximum(self._shown, visible)
        # no maximum is taken off: a cosine is bounded, and so is its exponential
        score = torch.exp(similarity / self._temperature)
        for level, each in enumerate(scales):
            weight = score * visible_at(visible, HALVINGS - level)
            if level == len(self._sums):
                self._sums.append(weight * each)
                self._weights.append(weight)
            else:
                self._sums[level] = self._sums[level] + weight * each
                self._weights[level] = self._weights[level] + weight
            if level + 1 < len(scales):
                score = upsample_2x(score)

    @property
    def empty(self) -> bool:
        """True before anything was added."""
        return self._shown is None

    def carried(self) -> tuple[torch.Tensor, ...]:
        """What the references show, at every scale: [n c ...], 0 where none does."""
        least = NO_PLACE * math.exp(-1 / self._temperature)
        return tuple(sums / weight.clamp(min=least) for sums, weight in zip(self._sums, self._weights, strict=True))

    def shown(self) -> torch.Tensor:
        """Where a reference shows the place: [n 1 h w] of 0 and 1, the paper's C_visible."""
        assert self._shown is not None, "there is a reference"
        return self._shown


class TemporalDecoder(nn.Module):
    """From the target's features and what was carried to a first picture.

    What it draws is added to a start: the carried colours where there are some. With one scale there is none but what
    spreads from around the hole.

    channels  as of the encoder
    scales    at which something is carried
    """

    def __init__(self, channels: int, scales: int) -> None:
        super().__init__()
        c, self._scales = channels, scales
        self.begin = EluConv(8 * c + 1, 4 * c)
        self.dilated = nn.Sequential(*(EluConv(4 * c, 4 * c, dilation=dilation) for dilation in DILATIONS))
        self.halved = EluConv(4 * c + (4 if scales > 1 else 2) * c, 2 * c)
        self.fine = EluConv(2 * c + 3 + 2, c)
        self.last = PlainConv(c, 4)

    def forward(
        self, target: Scales, carried: Sequence[torch.Tensor], start: torch.Tensor, masks: torch.Tensor
    ) -> torch.Tensor:
        """Draw.

        target   of the target
        carried  as ``Aggregate`` gives it
        start    [n 3 h w]  what the picture is added to
        masks    [n 2 h w]  hole and leftover
        returns  [n 4 h w]  colour; log of the expected absolute error
        """
        leftover = F.max_pool2d(masks[:, 1:], 2**HALVINGS)
        y = self.begin(torch.cat((target.maps[0], carried[0], leftover), 1))
        y = upsample_2x(y + self.dilated(y))
        y = upsample_2x(self.halved(torch.cat((y, target.maps[1], *carried[1:2]), 1)))
        drawn: torch.Tensor = self.last(self.fine(torch.cat((y, start, masks), 1))).float()
        return torch.cat((start + drawn[:, :3], drawn[:, 3:]), 1)
