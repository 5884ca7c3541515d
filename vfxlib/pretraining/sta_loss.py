"""The losses of STA-Net, equations 1 to 9 of its paper."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.nets.critic import Critic, critic_loss, generator_loss
from vfxlib.nets.encoder import Encoder, fit_encoder
from vfxlib.nets.sta import Aligned, StaClip, StaResult

__all__ = ["PerceptualFeatures", "StaLossWeights", "align_loss", "fit_features", "sta_loss"]

PICTURES_SCALES = 2  # P of equations 6 and 7: the picture, and half of it


@dataclass(frozen=True)
class StaLossWeights:
    """How the losses are weighed: equation 1, and the likelihood of the predicted error, which is ours."""

    align: float = 5.0
    visible: float = 10.0
    leftover: float = 20.0
    non_hole: float = 6.0
    perceptual: float = 0.01
    style: float = 24.0
    reconstruction: float = 1.2
    adversarial: float = 0.001
    error: float = 0.01


@dataclass(frozen=True)
class PerceptualFeatures:
    """What pictures are compared by, in place of the paper's VGG-16, whose weights we may not ship.

    encoder    fitted to pictures of the training
    deviation  [1 c 1 1]  of its features there
    """

    encoder: Encoder
    deviation: torch.Tensor

    def __call__(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """Features of normalised pictures [n 3 h w] and of their halves, each of deviation 1."""
        found = []
        for _ in range(PICTURES_SCALES):
            found.append(self.encoder(pictures)[:, :-1] / self.deviation)  # the last is a constant
            pictures = F.avg_pool2d(pictures, 2)
        return found


def fit_features(pictures: torch.Tensor, seed: int) -> PerceptualFeatures:
    """Fit features to normalised pictures [n 3 h w]."""
    with torch.no_grad():
        encoder = fit_encoder(pictures, torch.ones_like(pictures[:, :1]), seed=seed)
        deviation = encoder(pictures)[:, :-1].std((0, 2, 3), keepdim=True).clamp(min=1e-3)
    return PerceptualFeatures(encoder, deviation)


def sta_loss(
    result: StaResult,
    clip: StaClip,
    truth: torch.Tensor,
    between: torch.Tensor,
    features: PerceptualFeatures,
    critic: Critic | None,
    weights: StaLossWeights,
) -> torch.Tensor:
    """The total loss, with the critic's own.

    Each equation's norm is taken as the mean over the pixels that it speaks of.

    result   of the network
    clip     that it was given
    truth    [b 3 h w]  the target without what must go
    between  [b 1 1 1]  as ``critic_loss`` takes it
    critic   None while there is no spatial aggregation
    returns  scalar
    paper    Spatial-temporal residual aggregation, 4 and A.1
    """
    hole, final, first = clip.hole, result.final, result.first
    seen = hole * result.carried
    total = weights.align * align_loss(result.by_affine, clip)
    total = total + weights.visible * _masked(final, truth, seen)
    total = total + weights.non_hole * _masked(final, truth, 1 - hole)
    # the first picture stays supervised where it is drawn anew, for the spatial aggregation begins with it
    leftover = [first[:, :3]] if result.refined is None else [first[:, :3], final]
    total = total + weights.leftover * _mean([_masked(each, truth, result.leftover) for each in leftover])
    total = total + weights.error * _likelihood(first, truth, hole)

    painted = torch.lerp(truth, final, hole)  # Y_comb: beside the hole nothing is to be judged
    ours, theirs = features(painted), features(truth)
    total = total + weights.perceptual * _mean([(a - b).abs().mean() for a, b in zip(ours, theirs, strict=True)])
    grams = zip(map(_gram, ours), map(_gram, theirs), strict=True)
    total = total + weights.style * _mean([(a - b).abs().mean() for a, b in grams])
    if result.refined is None or critic is None:
        return total
    refined = result.refined
    both = _masked(refined, truth, result.leftover) + _masked(refined, truth, 1 - result.leftover)
    total = total + weights.reconstruction * both
    drawn = torch.lerp(truth, refined, result.leftover)
    judged = generator_loss(critic, drawn, result.leftover)
    judged = judged + critic_loss(critic, truth, drawn, result.leftover, between)
    return total + weights.adversarial * judged


def align_loss(aligned: Sequence[Aligned], clip: StaClip) -> torch.Tensor:
    """Equation 2: what the affine network lays over the target differs from it where both are visible."""
    if not aligned:
        return clip.target.new_zeros(())
    return _mean([_masked(each.picture, clip.target, (1 - clip.hole) * each.visible) for each in aligned])


def _masked(picture: torch.Tensor, truth: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean absolute difference in a mask; 0 if it is empty."""
    apart = (picture.float() - truth).abs().mean(1, keepdim=True)
    return (apart * mask).sum() / mask.sum().clamp(min=1.0)


def _likelihood(first: torch.Tensor, truth: torch.Tensor, hole: torch.Tensor) -> torch.Tensor:
    """How well the error is predicted (Laplace), without a gradient into the colours."""
    error = (first[:, :3].detach() - truth).abs().mean(1, keepdim=True)
    log_error = first[:, 3:].clamp(-12.0, 12.0)
    return ((error * torch.exp(-log_error) + log_error) * hole).sum() / hole.sum().clamp(min=1.0)


def _gram(features: torch.Tensor) -> torch.Tensor:
    flat = features.flatten(2)
    return flat @ flat.transpose(1, 2) / (flat.shape[1] * flat.shape[2])


def _mean(parts: Sequence[torch.Tensor]) -> torch.Tensor:
    return torch.stack(list(parts)).mean()
