"""The network that completes motion: features of every frame, refined step by step along the flow that they say."""

from dataclasses import dataclass
from typing import Literal, get_args

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.nets.flow_start import smooth_start
from vfxlib.nets.flow_warp import warp_by_flow
from vfxlib.nets.partial_conv import LEAST, ConfidenceUpdateKind, PartialConv
from vfxlib.nets.settings import NetworkSettings

__all__ = [
    "FLOWS",
    "FlowRefinement",
    "FlowRefinementSettings",
    "FrameFeatures",
    "MergeKind",
    "open_flow_refinement",
]

MergeKind = Literal["residual", "weighted"]

FLOWS = 4  # channels of a frame's motion: forward x y, backward x y
FORWARD, BACKWARD = (0, 1), (2, 3)
MOST_STEPS = 1000


@dataclass(frozen=True)
class FlowRefinementSettings(NetworkSettings):
    """What a flow refinement is built from; it goes into the file of its weights.

    channels      of the features
    blocks        residual layers of the encoder
    architecture  of the update: 1 joins the three frames in its first layer, 2 in its second
    confidence    how the confidence goes on, as ``ConfidenceUpdate`` has it
    merge         how new features join the old. "residual": the paper's formula, in which half of the smooth start may
                  stay; "weighted": by what confidence either has, so that none of it stays
    kernel        side of a partial convolution, pixels, odd; twice its half is how far a step sees
    steps         updates, unless the caller wants another number
    unit          pixels of motion that count as 1
    """

    channels: int = 32
    blocks: int = 2
    architecture: int = 1
    confidence: ConfidenceUpdateKind = "polynomial"
    merge: MergeKind = "weighted"
    kernel: int = 3
    steps: int = 8
    unit: float = 8.0

    def __post_init__(self) -> None:
        sizes = FLOWS <= self.channels <= 512 and 0 <= self.blocks <= 64 and 0 <= self.steps <= MOST_STEPS
        if not sizes or self.kernel not in (1, 3, 5, 7, 9) or not 0 < self.unit < 1e6:
            raise ValueError(f"no flow refinement has {self}")
        if (
            self.architecture not in (1, 2)
            or self.confidence not in get_args(ConfidenceUpdateKind)
            or self.merge not in get_args(MergeKind)
        ):
            raise ValueError(f"no flow refinement has {self}")


@dataclass(frozen=True)
class FrameFeatures:
    """What is known of the motion of some frames, at one step.

    features    [n channels h w]
    confidence  [n 1 h w]  0 to 1
    """

    features: torch.Tensor
    confidence: torch.Tensor


class ResidualLayer(nn.Module):
    """Two convolutions beside what goes by."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="replicate")
        self.second = nn.Conv2d(channels, channels, 3, padding=1, padding_mode="replicate")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """[n c h w] to [n c h w]."""
        y: torch.Tensor = self.second(F.elu(self.first(x)))
        return x + y


class Flow2Feature(nn.Sequential):
    """The encoder: forward and backward flow of a frame into one representation, with what is around each pixel."""

    def __init__(self, settings: FlowRefinementSettings) -> None:
        channels = settings.channels
        super().__init__(nn.Conv2d(FLOWS, channels, 1), *(ResidualLayer(channels) for _ in range(settings.blocks)))


class Feature2Flow(nn.Conv2d):
    """The decoder: a 1x1 convolution."""

    def __init__(self, settings: FlowRefinementSettings) -> None:
        super().__init__(settings.channels, FLOWS, 1)


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
        self.own = nn.Conv2d(channels, layers * channels, 1)
        self.second = PartialConv(channels, layers, channels, kernel, settings.confidence)
        self.carry = nn.ModuleList(nn.Conv2d(channels, channels, 1, bias=False) for _ in range(2))
        self.gates = nn.Parameter(torch.zeros(2, channels, 1, 1))  # of what the frame before and after carry along

    def forward(self, before: FrameFeatures, here: FrameFeatures, after: FrameFeatures) -> FrameFeatures:
        """Take a step.

        before, after  features and confidence of the neighbours, warped onto the frame; 0 where there is none
        here           those of the frame; where its confidence is 1 they stay as they are
        """
        frames, size = (before, here, after), _size(here)
        if self.apart:
            pairs = zip(self.first, frames, strict=True)
            halves = [layer(each.features / size, each.confidence) for layer, each in pairs]
            x, seen = (torch.cat(parts, 1) for parts in zip(*halves, strict=True))
        else:
            x, seen = self.first[0](
                torch.cat([each.features / size for each in frames], 1),
                torch.cat([each.confidence for each in frames], 1),
            )
        learned, confidence = self.second(F.elu(x + self.own(here.features / size)), seen)
        new = here.features + size * learned
        for carry, gate, other in zip(self.carry, self.gates, (before, after), strict=True):
            new = new + gate * other.confidence * (carry(other.features) - here.features)
        return merge(here, FrameFeatures(new, confidence), self.merge)


def merge(old: FrameFeatures, new: FrameFeatures, kind: MergeKind) -> FrameFeatures:
    """Features from an old and a new set by their confidence; what was certain stays, and confidence never falls."""
    share = new.confidence * (1 - old.confidence)
    if kind == "residual":
        features = (old.features + share * new.features) / (1 + share)
    else:
        total = old.confidence + share
        features = torch.lerp(old.features, new.features, torch.where(total > LEAST, share / total.clamp(min=LEAST), 0))
    return FrameFeatures(features, torch.maximum(old.confidence, new.confidence))


def _size(here: FrameFeatures) -> torch.Tensor:
    """How large a frame's features are where they are known: [n 1 1 1], without a gradient."""
    with torch.no_grad():
        square = here.features.square().mean(1, keepdim=True) * here.confidence
        total = here.confidence.sum((1, 2, 3), keepdim=True)
        return (square.sum((1, 2, 3), keepdim=True) / total.clamp(min=1)).sqrt().clamp(min=1e-3)


class FlowRefinement(nn.Module):
    """A network that completes forward and backward motion of a clip inside holes.

    settings  what it was built from
    paper     Towards video inpainting, 3. `open_flow_refinement` gives it its start
    """

    def __init__(self, settings: FlowRefinementSettings) -> None:
        super().__init__()
        self.settings = settings
        self.encoder = Flow2Feature(settings)
        self.decoder = Feature2Flow(settings)
        self.update = Update(settings)

    def begin(self, flows: torch.Tensor, known: torch.Tensor) -> FrameFeatures:
        """Encode frames, smooth inside their holes.

        flows    [n 4 h w]  forward x y, backward x y, pixels; what lies in the hole is not looked at
        known    [n 1 h w]  confidence of the flows, 0 in the hole
        """
        with torch.no_grad():
            start = smooth_start(flows, (known > 0).to(flows.dtype))
        return FrameFeatures(self.encoder(start / self.settings.unit), known)

    def decode(self, frames: FrameFeatures) -> torch.Tensor:
        """The flows that features say: [n 4 h w], pixels."""
        flows: torch.Tensor = self.decoder(frames.features)
        return flows * self.settings.unit

    def step(self, before: FrameFeatures, here: FrameFeatures, after: FrameFeatures) -> FrameFeatures:
        """Update frames from their neighbours, warped by the flow that the frames' own features say.

        The places that are read get no gradient: with one, flows are learned that point at what is confident (the
        paper's figure 19).
        """
        flows = self.decode(here).detach()
        updated: FrameFeatures = self.update(_warped(before, flows[:, 2:]), here, _warped(after, flows[:, :2]))
        return updated

    def forward(self, flows: torch.Tensor, known: torch.Tensor, steps: int | None = None) -> list[torch.Tensor]:
        """Complete clips.

        flows    [b t 4 h w]  as ``begin``; where there is no next frame its forward flow must be made up, such as
                              the backward one turned round
        known    [b t 1 h w]  0 in the hole
        steps    updates; None for as many as the settings say
        returns  flows [b t 4 h w] as decoded before any update and behind each, pixels
        """
        clips = flows.shape[0]
        here = self.begin(flows.flatten(0, 1), known.flatten(0, 1))
        decoded = [self.decode(here).reshape(flows.shape)]
        for _ in range(self.settings.steps if steps is None else steps):
            here = self.step(_shifted(here, clips, 1), here, _shifted(here, clips, -1))
            decoded.append(self.decode(here).reshape(flows.shape))
        return decoded


def _warped(frames: FrameFeatures, flow: torch.Tensor) -> FrameFeatures:
    both = warp_by_flow(torch.cat((frames.features, frames.confidence), 1), flow)
    return FrameFeatures(both[:, :-1], both[:, -1:])


def _shifted(frames: FrameFeatures, clips: int, by: int) -> FrameFeatures:
    """The neighbours of all frames of some clips; beyond the ends nothing."""

    def shift(x: torch.Tensor) -> torch.Tensor:
        x = x.reshape(clips, -1, *x.shape[1:])
        nothing = torch.zeros_like(x[:, :1])
        parts = (nothing, x[:, :-1]) if by > 0 else (x[:, 1:], nothing)
        return torch.cat(parts, 1).flatten(0, 1)

    return FrameFeatures(shift(frames.features), shift(frames.confidence))


def open_flow_refinement(settings: FlowRefinementSettings, seed: int) -> FlowRefinement:
    """Build a flow refinement at its start, ready to be trained: what it decodes is the smooth start, at every step.

    seed     the same seed gives the same weights; torch's global generator is not touched
    returns  float32, on the processor
    raises   ValueError, if the settings are none that it can have
    """
    with torch.random.fork_rng(devices=[]):  # torch's layers draw from its global generator
        network = FlowRefinement(settings)
    generator = torch.Generator().manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | PartialConv):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="linear", generator=generator)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    for layer in network.modules():
        if isinstance(layer, ResidualLayer):
            nn.init.zeros_(layer.second.weight)
    nn.init.zeros_(network.update.second.weight)
    lift = network.encoder[0]
    assert isinstance(lift, nn.Conv2d)
    with torch.no_grad():
        nn.init.zeros_(network.decoder.weight)
        for flow in range(FLOWS):
            nn.init.zeros_(lift.weight[flow])
            lift.weight[flow, flow] = network.decoder.weight[flow, flow] = 1.0
        # a point's way to the next frame is its way back from there, turned round
        for carry, own, theirs in zip(network.update.carry, (BACKWARD, FORWARD), (FORWARD, BACKWARD), strict=True):
            assert isinstance(carry, nn.Conv2d)
            nn.init.zeros_(carry.weight)
            for mine, other in zip(own, theirs, strict=True):
                carry.weight[mine, other] = -1.0
    return network
