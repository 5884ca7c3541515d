"""Mattes as they come out of being carried: bent, shifted, too large or too small, with pieces missing, or lost."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.mask_propagate.warp import dilate, numbers, places, random_affine, random_displacement, sample_bilinear

__all__ = ["perturb_mask"]

LOST = 0.2  # share of samples in which nothing was carried: the network must find the object by itself
BENT = 0.06  # of the object's size
SHIFTED = 0.06  # of the object's size
SCALED = 0.05
GROWN = 0.03  # of the object's size
TORN = 0.5  # share of samples with pieces missing or too much
PIECE = (0.7, 1.5)  # threshold of a random field: a piece is where it is above
NEAR = 0.15  # of the object's size: what is too much lies so near


def perturb_mask(rng: np.random.Generator, mattes: torch.Tensor, size: float) -> torch.Tensor:
    """Spoil true mattes, as being carried along measured motion would.

    mattes   [k h w]  0..1
    size     of the object, pixels
    returns  [k h w]
    paper    after Lucid data dreaming (Khoreva et al. 2017), which spoils the mask of the frame before
    """
    height, width = mattes.shape[-2:]
    if rng.random() < LOST or size <= 0:
        return torch.zeros_like(mattes)
    device = mattes.device
    at = places(0, 0, width, height, device)
    at = at + random_displacement(
        rng, height, width, rng.uniform(0, BENT) * size, max(8, int(size / rng.uniform(2, 5))), device
    )
    at = at + numbers(rng.normal(0, SHIFTED * size, 2), device)
    at = random_affine(rng, at, (width / 2, height / 2), SCALED, 2.0, 0.0)
    spoiled = dilate(sample_bilinear(mattes, at), round(rng.normal(0, GROWN * size)))
    if rng.random() < TORN:
        for _ in range(int(rng.integers(1, 4))):
            field = random_displacement(rng, height, width, 1.0, max(8, int(size / 3)), device)[..., 0]
            piece = field > rng.uniform(*PIECE)
            other = torch.zeros_like(spoiled) if rng.random() < 0.6 else dilate(spoiled, int(size * NEAR) + 1)
            spoiled = torch.where(piece, other, spoiled)
    return F.avg_pool2d(spoiled[None], 3, 1, 1)[0].clamp(0, 1)
