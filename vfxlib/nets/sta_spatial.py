"""STA-Net's spatial aggregation: what no reference shows is refined by patches of the frame itself that look alike."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.nets.gated import GatedConv, PlainConv, upsample_2x

__all__ = ["CELL", "Refinement", "attend"]

HALVINGS = 3
CELL = 2**HALVINGS  # pixels: attention moves squares of this side
AT_ONCE = 1024  # cells that attend at a time, so that memory does not grow with the square of the frame
SCALE = 10.0  # of the softmax over cosine similarities


@dataclass(frozen=True)
class _Encoded:
    """Features at half, a quarter and an eighth of the size."""

    half: torch.Tensor
    quarter: torch.Tensor
    eighth: torch.Tensor


class Refinement(nn.Module):
    """Draws the leftover anew.

    channels  of the finest layer
    paper     Contextual residual aggregation (HiFill), 3.2 and 3.3, whose refinement network the paper takes
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        c = channels
        self.halved = GatedConv(4, 4 * c, 5, stride=2)
        self.quarter = GatedConv(2 * c, 4 * c, stride=2)
        self.eighth = nn.Sequential(GatedConv(2 * c, 8 * c, stride=2), GatedConv(4 * c, 8 * c))
        self.bottom = nn.Sequential(
            GatedConv(8 * c, 8 * c), GatedConv(4 * c, 8 * c, dilation=2), GatedConv(4 * c, 8 * c, dilation=4)
        )
        self.up_quarter = GatedConv(8 * c, 4 * c)
        self.up_half = GatedConv(6 * c, 4 * c)
        self.up_fine = GatedConv(2 * c + 4, 2 * c)
        self.last = PlainConv(c, 3)

    def forward(self, picture: torch.Tensor, leftover: torch.Tensor) -> torch.Tensor:
        """Refine a picture.

        picture   [n 3 h w]  the frame with the first result in its hole; h and w multiples of 8
        leftover  [n 1 h w]  1 where nothing was carried, else 0
        returns   [n 3 h w]
        """
        x = torch.cat((picture, leftover), 1)
        half = self.halved(x)
        quarter = self.quarter(half)
        features = _Encoded(half, quarter, self.eighth(quarter))
        moved = self._moved(features, F.max_pool2d(leftover, CELL))
        y = upsample_2x(self.bottom(torch.cat((features.eighth, moved.eighth), 1)))
        y = upsample_2x(self.up_quarter(torch.cat((y, features.quarter, moved.quarter), 1)))
        y = upsample_2x(self.up_half(torch.cat((y, features.half, moved.half), 1)))
        drawn: torch.Tensor = self.last(self.up_fine(torch.cat((y, x), 1))).float()
        return picture + drawn

    def _moved(self, features: _Encoded, inside: torch.Tensor) -> _Encoded:
        """The features at all three scales, those of the leftover moved from elsewhere by shared scores.

        inside  [n 1 h/8 w/8]  1 for cells of the leftover
        """
        cells = (features.eighth, F.pixel_unshuffle(features.quarter, 2), F.pixel_unshuffle(features.half, 4))
        there = attend(features.eighth, cells, inside)
        eighth, quarter, half = (torch.where(inside > 0, new, old) for new, old in zip(there, cells, strict=True))
        return _Encoded(F.pixel_shuffle(half, 4), F.pixel_shuffle(quarter, 2), eighth)


def attend(
    features: torch.Tensor, values: Sequence[torch.Tensor], inside: torch.Tensor, at_once: int = AT_ONCE
) -> tuple[torch.Tensor, ...]:
    """Take for every cell the mean of the cells outside the leftover, weighed by how alike their surroundings are.

    A masked softmax of the cosine similarity of 3 x 3 cells. Where only some cells of a single picture are asked for,
    the others cost nothing.

    features  [n c h w]  by which cells are compared
    values    [n v h w]  each: what is taken
    inside    [n 1 h w]  1 for cells of the leftover, which nothing is taken from
    at_once   cells that attend at a time
    returns   as values; where no gradient is needed, 0 outside the leftover. 0 everywhere if all is leftover
    """
    n, _, height, width = features.shape
    patches = F.normalize(F.unfold(features.float(), 3, padding=1), dim=1, eps=1e-3)  # [n 9c k]
    usable = inside.flatten(2) <= 0  # [n 1 k]
    which = _asked(inside)
    keys, taken = patches.transpose(1, 2), [each.float().flatten(2) for each in values]
    found: list[list[torch.Tensor]] = []
    for some in (which[i : i + at_once] for i in range(0, len(which), at_once)):
        alike = torch.bmm(keys[:, some], patches) * SCALE
        share = torch.exp(alike - SCALE) * usable  # a cosine is 1 at most
        share = share / share.sum(2, keepdim=True).clamp(min=1e-20)
        found.append([torch.bmm(each, share.transpose(1, 2)) for each in taken])
    results = []
    for i, each in enumerate(values):
        whole = torch.cat([part[i] for part in found], 2) if found else each.new_zeros(n, each.shape[1], 0)
        if len(which) < height * width:
            whole = torch.zeros_like(taken[i]).index_copy(2, which, whole)
        results.append(whole.view(n, -1, height, width).to(each.dtype))
    return tuple(results)


def _asked(inside: torch.Tensor) -> torch.Tensor:
    """The cells that attend: those of the leftover; in a training all, so that shapes do not follow from content."""
    count = inside.shape[-1] * inside.shape[-2]
    if torch.is_grad_enabled() or len(inside) > 1:
        return torch.arange(count, device=inside.device)
    return inside.flatten().nonzero()[:, 0]
