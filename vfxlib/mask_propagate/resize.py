"""Frames made smaller and larger, pixels counted by their centres."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = ["larger", "smaller"]


def smaller(picture: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    """Every pixel the mean of what it covers.

    picture  [c h w]
    shape    height and width, not larger than the picture's
    """
    return F.interpolate(picture[None], shape, mode="area")[0]


def larger(picture: torch.Tensor, shape: tuple[int, int]) -> torch.Tensor:
    """Bicubic between the pixels' centres; it may overshoot a little.

    picture  [c h w]
    shape    height and width, not smaller than the picture's
    """
    return F.interpolate(picture[None], shape, mode="bicubic", align_corners=False)[0]
