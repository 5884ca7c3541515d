"""The anti-ambiguity loss: where the shot shows several things, the painting is one of them, not their average."""

import math

import torch

from vfxlib.nets.encoder import Encoder

__all__ = ["anti_ambiguity_loss"]


def anti_ambiguity_loss(
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
    paper         Implicit internal video inpainting (Ouyang et al. 2021), eq. 3, 8 and 9 (nearest target for each
                  source point), after Mechrez et al. 2018, the contextual loss
    """
    target = torch.where(target_known > 0, target, 0.0)
    with torch.no_grad():
        candidates, allowed = select_features(encoder(target), encoder.sees_only(target_known), points)
    # at the edges a feature has seen what lies beyond, which no feature of the target has
    inside = encoder.sees_any(painted_hole) & encoder.sees_only(torch.ones_like(painted_hole))
    source, counted = select_features(encoder(painted), inside, points)
    with torch.autocast(painted.device.type, enabled=False):
        candidates, source = unit_length(candidates), unit_length(source)
        with torch.no_grad():
            similarity = source @ candidates.transpose(1, 2)
            nearest = similarity.masked_fill(~allowed[:, None], -math.inf).argmax(2, keepdim=True)
        match = candidates.gather(1, nearest.expand(-1, -1, candidates.shape[2]))
        distance = 1 - (source * match).sum(2)
        weight = (counted & allowed.any(1, keepdim=True)).float()
        return (distance * weight).sum() / weight.sum().clamp(min=1)


def select_features(features: torch.Tensor, valid: torch.Tensor, points: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Take features, the valid ones first, in an order that jumps about evenly and is always the same.

    features  [b c h w]
    valid     [b 1 h w] bool
    returns   features [b n c] float32, valid [b n]; n is the same for every content, so a captured graph can replay it
    """
    flat, flags = features.flatten(2).transpose(1, 2), valid.flatten(1)
    count = flags.shape[1]
    if count > points:
        stride = max(1, round(count * 0.618))
        while math.gcd(stride, count) > 1:
            stride += 1
        jumping = torch.arange(count, device=flat.device) * stride % count
        first = jumping[flags[:, jumping].byte().argsort(dim=1, descending=True, stable=True)[:, :points]]
        # every feature is taken once at most, so the gradient of this gather has nothing to add up and repeats on CUDA
        flat, flags = flat.gather(1, first[..., None].expand(-1, -1, flat.shape[2])), flags.gather(1, first)
    return flat.float(), flags


def unit_length(features: torch.Tensor) -> torch.Tensor:
    """Scale features to length 1, finite for those that are 0."""
    return features / (features.square().sum(2, keepdim=True) + 1e-8).sqrt()
