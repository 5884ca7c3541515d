"""True motion made into what an optical flow method measures: soft at edges, off by a little, smoothly."""

import math

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = ["as_measured"]

# pixels of a motion that was measured at several times the size and reduced, which takes its errors with it
WIDEST = 1.0  # standard deviation of the blur across edges
LEAST_ERROR, MOST_ERROR = 0.005, 0.1  # standard deviation of the error of a clip, evenly over the octaves
PATCH = 8  # pixels; errors go together over so many
REACH = 5


def as_measured(flows: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """Make flows as they would be measured.

    flows    [b t c h w]  true, pixels
    rng      on the processor; the only source of chance
    returns  [b t c h w]
    """
    b, t, c, height, width = flows.shape
    sigma = (torch.rand(b, generator=rng) * WIDEST).clamp(min=0.05)
    offset = torch.arange(-REACH, REACH + 1, dtype=torch.float32)
    bell = torch.exp(-0.5 * (offset / sigma[:, None]) ** 2)
    bell = (bell / bell.sum(1, keepdim=True)).to(flows.device).repeat_interleave(t * c, 0)
    planes = F.pad(flows.reshape(1, b * t * c, height, width), (REACH,) * 4, mode="replicate")
    planes = F.conv2d(planes, bell[:, None, None, :], groups=b * t * c)
    planes = F.conv2d(planes, bell[:, None, :, None], groups=b * t * c)
    octaves = math.log2(MOST_ERROR / LEAST_ERROR)
    amount = LEAST_ERROR * torch.exp2(torch.rand(b, generator=rng) * octaves)
    small = (-(-height // PATCH) + 1, -(-width // PATCH) + 1)
    error = torch.randn(b, t * c, *small, generator=rng) * amount[:, None, None, None]
    error = F.interpolate(error.to(flows.device), (height, width), mode="bilinear", align_corners=True)
    return (planes + error.reshape(planes.shape)).reshape(flows.shape)
