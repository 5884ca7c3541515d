"""How far a carried matte is to be believed: what its sources say together."""

from __future__ import annotations

import torch

from vfxlib.mask_propagate.warp import dilate

__all__ = ["edge_band", "matte_confidence", "overlap"]

NETWORK, CARRIED, ALONE = 0.5, 0.25, 0.25  # weights of the sources
THERE = 0.5
BAND = 4  # pixels to either side of an edge


def matte_confidence(mattes: torch.Tensor, carried: torch.Tensor, alone: torch.Tensor) -> torch.Tensor:
    """Probability that the cut of the matte at 0.5 is right.

    mattes   [k h w]  0..1  what was found
    carried  [k h w]  0..1  what came along the motion
    alone    [k h w]  0..1  what the network says without that
    returns  [1 h w]  0..1  where all three agree near 1, where the others outvote the matte below 0.5
    """
    found, along, itself = (each.amax(0, keepdim=True) for each in (mattes, carried, alone))
    there = NETWORK * found + CARRIED * along + ALONE * itself
    return torch.where(found > THERE, there, 1 - there)


def overlap(a: torch.Tensor, b: torch.Tensor) -> float:
    """Intersection over union of two mattes [h w] cut at 0.5; 1 where both are empty."""
    one, other = a > THERE, b > THERE
    union = float((one | other).sum())
    return float((one & other).sum()) / union if union else 1.0


def edge_band(matte: torch.Tensor) -> torch.Tensor:
    """True [h w] near the edge of a matte [h w] cut at 0.5."""
    inside = (matte > THERE).float()[None]
    return (dilate(inside, BAND) != dilate(inside, -BAND))[0]
