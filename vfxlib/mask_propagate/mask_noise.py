"""Mask noise: mattes as propagation leaves them: displaced, too large or too small, with patches missing, or lost."""

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.mask_propagate.warp import (
    dilate,
    pixel_coordinates,
    random_affine,
    random_displacement,
    sample_bilinear,
    to_float32,
)

__all__ = ["perturb_mask"]

LOST = 0.2  # share of samples without any matte: the network must segment the object by itself
DISPLACED = 0.06  # of the object's size
SHIFTED = 0.06  # of the object's size
SCALED = 0.05
DILATED = 0.03  # of the object's size
PATCHED = 0.5  # share of samples with patches missing or too much
PATCH = (0.7, 1.5)  # threshold of a random field: a patch is where it is above
NEAR = 0.15  # of the object's size: what is too much lies so near


def perturb_mask(rng: np.random.Generator, mattes: torch.Tensor, size: float) -> torch.Tensor:
    """Perturb true mattes, as being warped along measured motion would.

    mattes   [k h w]  0..1
    size     of the object, pixels
    returns  [k h w]
    paper    after Lucid data dreaming (Khoreva et al. 2017), which perturbs the mask of the frame before
    """
    height, width = mattes.shape[-2:]
    if rng.random() < LOST or size <= 0:
        return torch.zeros_like(mattes)
    device = mattes.device
    at = pixel_coordinates(0, 0, width, height, device)
    at = at + random_displacement(
        rng, height, width, rng.uniform(0, DISPLACED) * size, max(8, int(size / rng.uniform(2, 5))), device
    )
    at = at + to_float32(rng.normal(0, SHIFTED * size, 2), device)
    at = random_affine(rng, at, (width / 2, height / 2), SCALED, 2.0, 0.0)
    noisy = dilate(sample_bilinear(mattes, at), round(rng.normal(0, DILATED * size)))
    if rng.random() < PATCHED:
        for _ in range(int(rng.integers(1, 4))):
            field = random_displacement(rng, height, width, 1.0, max(8, int(size / 3)), device)[..., 0]
            patch = field > rng.uniform(*PATCH)
            other = torch.zeros_like(noisy) if rng.random() < 0.6 else dilate(noisy, int(size * NEAR) + 1)
            noisy = torch.where(patch, other, noisy)
    return F.avg_pool2d(noisy[None], 3, 1, 1)[0].clamp(0, 1)
