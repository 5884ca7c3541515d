"""One step of the flow refinement: what frames and their neighbours know becomes what is known in the hole."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.nets.flow_refinement_settings import FlowRefinementSettings, MergeKind
from vfxlib.nets.hole_places import HolePlaces
from vfxlib.nets.partial_conv import LEAST, PartialConv

__all__ = ["GATE", "FrameFeatures", "Update", "merge"]

GATE = 10.0  # what a gate counts: it has the whole way from 0 to 1 to go, at the rate at which weights are learned


@dataclass(frozen=True)
class FrameFeatures:
    """What is known of the motion of some frames, at one step.

    features    [n h w channels]
    confidence  [n h w]  0 to 1
    """

    features: torch.Tensor
    confidence: torch.Tensor


class Update(nn.Module):
    """One step: new features of a frame from its own and its neighbours', which lie on it already.

    What is new is added to the features that are there, in two terms that are 0 at the start. What neighbours carry
    along: they saw the same points, so that the next frame's backward flow turned round is this one's forward flow.
    And two partial convolutions, the second behind what the frame's own features say, hidden or not; features are
    divided by their size before and multiplied behind, so that what is learned of small motion holds for large.

    paper    Towards video inpainting, 3.3.3; figure 16 b and c
    """

    def __init__(self, settings: FlowRefinementSettings) -> None:
        super().__init__()
        channels, kernel, self.apart = settings.channels, settings.kernel, settings.architecture == 2
        self.merge = settings.merge
        layers, frames = (3, 1) if self.apart else (1, 3)
        self.first = nn.ModuleList(
            PartialConv(channels, frames, channels, kernel, settings.confidence) for _ in range(layers)
        )
        self.own = nn.Linear(channels, layers * channels)
        self.second = PartialConv(channels, layers, channels, kernel, settings.confidence)
        self.carry = nn.ModuleList(nn.Linear(channels, channels, bias=False) for _ in range(2))
        self.gates = nn.Parameter(
            torch.zeros(2, channels)
        )  # of what the frame before and after carry along, in parts of GATE

    def forward(
        self, before: FrameFeatures, here: FrameFeatures, after: FrameFeatures, size: torch.Tensor, places: HolePlaces
    ) -> FrameFeatures:
        """Take a step.

        before, after  features [q c] and confidence [q] of the neighbours, warped onto the rim of the places; 0 where
                       there is none
        here           those of the frame
        size           [q 1]  how large the frame's features are
        returns        features [p c] and confidence [p] of the hole
        """
        frames, ringed = (before, here, after), places.first.own
        if self.apart:
            pairs = zip(self.first, frames, strict=True)
            halves = [layer(each.features / size, each.confidence[:, None], places.first) for layer, each in pairs]
            x, seen = torch.cat([y for y, _ in halves], 1), torch.stack([kept for _, kept in halves], 1)
        else:
            x, kept = self.first[0](
                torch.cat([each.features / size for each in frames], 1),
                torch.stack([each.confidence for each in frames], 1),
                places.first,
            )
            seen = kept[:, None]
        x = F.elu(x + self.own(here.features[ringed] / size[ringed]))
        learned, confidence = self.second(x, seen, places.second)
        hole = ringed[places.second.own]
        old = FrameFeatures(here.features[hole], here.confidence[hole])
        new = old.features + size[hole] * learned
        for carry, gate, other in zip(self.carry, self.gates, (before, after), strict=True):
            new = new + GATE * gate * other.confidence[hole, None] * (carry(other.features[hole]) - old.features)
        return merge(old, FrameFeatures(new, confidence), self.merge)


def merge(old: FrameFeatures, new: FrameFeatures, kind: MergeKind) -> FrameFeatures:
    """Features from an old and a new set by their confidence; what was certain stays, and confidence never falls."""
    share = new.confidence * (1 - old.confidence)
    if kind == "residual":
        features = (old.features + share[..., None] * new.features) / (1 + share)[..., None]
    else:
        total = old.confidence + share
        part = torch.where(total > LEAST, share / total.clamp(min=LEAST), 0)
        features = torch.lerp(old.features, new.features, part[..., None])
    return FrameFeatures(features, torch.maximum(old.confidence, new.confidence))
