"""The completion network: what a mask hides, from the frames before and after."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.nets.cycle_features import COARSE, FrameDecoder, FrameEncoder
from vfxlib.nets.deformable import DeformableAlignment
from vfxlib.nets.flow_start import smooth_start

__all__ = ["Completed", "CompletionNetwork", "TemporalAggregation", "cover"]

STEEPNESS = 4.0


def cover(mask: torch.Tensor) -> torch.Tensor:
    """How much of a pixel is replaced: all of it from a mask of a quarter on, for a soft edge holds damage already.

    mask  any shape, 0..1
    """
    return (STEEPNESS * mask).clamp(0.0, 1.0)


@dataclass(frozen=True)
class Completed:
    """Frames without their damage.

    frame     [n 3 h w]      working code values; where the mask is 0 those that were given
    features  [n c h/4 w/4]  from which they were decoded
    """

    frame: torch.Tensor
    features: torch.Tensor


class TemporalAggregation(nn.Module):
    """Aligned features of several frames, each weighed by how well it fits, joined with the target's and its mask.

    channels    of the features
    references  how many frames there are
    paper       Semi-supervised video inpainting with cycle consistency constraints, eq. 3 to 5
    """

    def __init__(self, channels: int, references: int) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Conv2d(channels, channels, 1) for _ in range(3))
        self.fusion = nn.Conv2d((references + 1) * channels + 1, channels, 1)

    def forward(self, target: torch.Tensor, aligned: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Aggregate.

        target   [n c h w]
        aligned  [n r c h w]  of the references
        mask     [n 1 h w]
        returns  [n c h w]
        """
        weights = self.weights(target, aligned)
        modulated = self.value(aligned.flatten(0, 1)).view_as(aligned) * weights
        fused: torch.Tensor = self.fusion(torch.cat((modulated.flatten(1, 2), target, mask), 1))
        return fused

    def weights(self, target: torch.Tensor, aligned: torch.Tensor) -> torch.Tensor:
        """How much each reference counts at a place, in all 1: [n r 1 h w]."""
        keys = self.key(aligned.flatten(0, 1)).view_as(aligned)
        weights: torch.Tensor = (self.query(target)[:, None] * keys).sum(2, keepdim=True).softmax(1)
        return weights


class CompletionNetwork(nn.Module):
    """Phi: what the mask hides, from the target's surroundings and the references.

    The target's hole begins with a smooth fill, and what is decoded is added to it. The references' own masks are not
    known, so they are looked at as they are.

    channels, blocks  of encoder and decoder
    references        how many
    """

    def __init__(self, channels: int, blocks: int, references: int) -> None:
        super().__init__()
        self.encoder = FrameEncoder(1, channels, blocks)
        self.aggregation = TemporalAggregation(channels, references)
        self.decoder = FrameDecoder(channels, channels, 3, blocks)

    def forward(
        self,
        references: torch.Tensor,
        target: torch.Tensor,
        mask: torch.Tensor,
        alignment: DeformableAlignment,
    ) -> Completed:
        """Complete frames.

        references  [n r 3 h w]  working code values
        target      [n 3 h w]
        mask        [n 1 h w]    0..1, of the target
        alignment   which the mask prediction shares
        """
        n, count = references.shape[:2]
        hidden = cover(mask)
        begun = smooth_start(target, 1.0 - hidden)
        own = self.encoder(begun, mask)
        others = references.flatten(0, 1)
        levels = self.encoder(others, torch.zeros_like(others[:, :1]))
        repeated = own.coarse[:, None].expand(-1, count, -1, -1, -1).flatten(0, 1)
        aligned = alignment(repeated, levels.coarse).reshape(n, count, *own.coarse.shape[1:])
        small = F.max_pool2d(mask, COARSE)  # an average would lose what is a pixel wide
        features = self.aggregation(own.coarse, aligned, small)
        return Completed(begun + hidden * self.decoder(features, own), features)
