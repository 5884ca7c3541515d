"""The smooth start of a flow inside a hole: pull and push in torch, for a batch on any device."""

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.nets.gated import upsample_2x

__all__ = ["smooth_start"]


def smooth_start(flow: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """Spread what is known over what is not, smoothly.

    ``vfxlib.spatial_fill.pull_push`` does the same for one picture in NumPy, with relaxation.

    flow     [n c h w]  any values; finite where known
    known    [n 1 h w]  1 where the flow is known, 0 in the hole
    returns  [n c h w]  the flow where it is known, elsewhere smooth; 0 if nothing is known
    paper    Towards video inpainting, 3.3.3; Gortler et al. 1996, the lumigraph, 3.4
    """
    return _fill(torch.where(known > 0, flow, 0.0) * known, known)


def _fill(sums: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """``sums`` is the flow times its weight; what comes back has weight 1 everywhere."""
    height, width = known.shape[-2:]
    if max(height, width) == 1:
        return sums / known.clamp(min=1e-12)
    both = F.pad(torch.cat((sums, known), 1), (0, width % 2, 0, height % 2))
    half = 4 * F.avg_pool2d(both, 2)
    total = half[:, -1:]
    weight = total.clamp(max=1)
    coarse = _fill(half[:, :-1] * (weight / total.clamp(min=1e-12)), weight)
    return sums + (1 - known) * upsample_2x(coarse)[..., :height, :width]
