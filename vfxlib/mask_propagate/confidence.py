"""The confidence of a propagated matte: a vote of its sources."""

import torch

from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.mask_propagate.warp import dilate

__all__ = ["edge_band", "matte_confidence", "overlap"]

MATTE, WARPED, ALONE = 0.5, 0.25, 0.25  # weights of the sources
BAND = 4  # pixels to either side of an edge


def matte_confidence(mattes: torch.Tensor, warped: torch.Tensor, alone: torch.Tensor) -> torch.Tensor:
    """Probability that a matte lies on the right side of the threshold.

    mattes   [k h w]  0..1  as they were propagated
    warped   [k h w]  0..1  warped along the motion
    alone    [k h w]  0..1  what the network segments without that
    returns  [1 h w]  0..1  where all three agree near 1, where the others outvote the matte below 0.5
    """
    matte, by_motion, by_network = (each.amax(0, keepdim=True) for each in (mattes, warped, alone))
    probability = MATTE * matte + WARPED * by_motion + ALONE * by_network
    return torch.where(matte > OBJECT_THRESHOLD, probability, 1 - probability)


def overlap(a: torch.Tensor, b: torch.Tensor) -> float:
    """Intersection over union of two mattes [h w] at the threshold; 1 where both are empty."""
    a_inside, b_inside = a > OBJECT_THRESHOLD, b > OBJECT_THRESHOLD
    union = float((a_inside | b_inside).sum())
    return float((a_inside & b_inside).sum()) / union if union else 1.0


def edge_band(matte: torch.Tensor) -> torch.Tensor:
    """True [h w] near the edge of a matte [h w] at the threshold."""
    inside = (matte > OBJECT_THRESHOLD).float()[None]
    return (dilate(inside, BAND) != dilate(inside, -BAND))[0]
