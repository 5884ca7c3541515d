"""Anti-ambiguity: where the shot shows several things, the painting must be one of them and not their average."""

from __future__ import annotations

import math

import torch

from vfxlib.nets.encoder import Encoder

__all__ = ["ambiguity"]


def ambiguity(
    encoder: Encoder,
    painted: torch.Tensor,
    painted_hole: torch.Tensor,
    target: torch.Tensor,
    target_known: torch.Tensor,
    points: int = 1024,
) -> torch.Tensor:
    """Measure how far each painted feature is from the most alike one that the shot really shows.

    encoder       from `fit_encoder` or `read_vgg`
    painted       [b 3 h w], the painting, best with what is known laid over it
    painted_hole  [b 1 h w], above 0 where features of the painting count
    target        [b 3 k l], another frame of the shot, or part of one; may be anything where it is unknown
    target_known  [b 1 k l], above 0 where the target is known; only features that saw nothing unknown are looked for
    points        features taken of either side at most, spread evenly; memory and time do not grow with the pictures
    returns       scalar float32: mean cosine distance, 0..2; 0 where there is no hole or nothing known
    paper         Implicit internal video inpainting, eq. 3, 8 and 9 (nearest target for each source point), after
                  Mechrez et al., the contextual loss
    """
    target = torch.where(target_known > 0, target, 0.0)
    with torch.no_grad():
        offered, allowed = choose(encoder(target), encoder.sees_only(target_known), points)
    # at the edges a feature has seen what lies beyond, which no feature of the target has
    inside = encoder.sees_any(painted_hole) & encoder.sees_only(torch.ones_like(painted_hole))
    wanted, counts = choose(encoder(painted), inside, points)
    with torch.autocast(painted.device.type, enabled=False):
        offered, wanted = unit(offered), unit(wanted)
        with torch.no_grad():
            alike = wanted @ offered.transpose(1, 2)
            nearest = alike.masked_fill(~allowed[:, None], -math.inf).argmax(2, keepdim=True)
        match = offered.gather(1, nearest.expand(-1, -1, offered.shape[2]))
        distance = 1 - (wanted * match).sum(2)
        weight = (counts & allowed.any(1, keepdim=True)).float()
        return (distance * weight).sum() / weight.sum().clamp(min=1)


def choose(features: torch.Tensor, good: torch.Tensor, points: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Take features, the good ones first, in an order that jumps about evenly and is always the same.

    features  [b c h w]
    good      [b 1 h w] bool
    returns   features [b n c] float32, good [b n]; n is the same for every content, so a captured graph can replay it
    """
    flat, fine = features.flatten(2).transpose(1, 2), good.flatten(1)
    number = fine.shape[1]
    if number > points:
        stride = max(1, round(number * 0.618))
        while math.gcd(stride, number) > 1:
            stride += 1
        jumping = torch.arange(number, device=flat.device) * stride % number
        first = jumping[fine[:, jumping].byte().argsort(dim=1, descending=True, stable=True)[:, :points]]
        # every place is taken once at most, so the gradient of this gather has nothing to add up and repeats on CUDA
        flat, fine = flat.gather(1, first[..., None].expand(-1, -1, flat.shape[2])), fine.gather(1, first)
    return flat.float(), fine


def unit(features: torch.Tensor) -> torch.Tensor:
    """Scale features to length 1, finite for those that are 0."""
    return features / (features.square().sum(2, keepdim=True) + 1e-8).sqrt()
