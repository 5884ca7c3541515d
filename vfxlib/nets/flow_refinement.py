"""The network that completes motion: features of every frame, refined step by step along the flow that they say."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.nets.flow_edges import edge_map
from vfxlib.nets.flow_refinement_settings import FLOWS, FlowRefinementSettings
from vfxlib.nets.flow_start import smooth_start
from vfxlib.nets.flow_update import FrameFeatures, Update
from vfxlib.nets.flow_warp import read_at
from vfxlib.nets.hole_places import HolePlaces, find_places
from vfxlib.nets.partial_conv import PartialConv

__all__ = ["FlowRefinement", "open_flow_refinement"]

FORWARD, BACKWARD = (0, 1), (2, 3)


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
        super().__init__(
            nn.Conv2d(settings.maps, channels, 1), *(ResidualLayer(channels) for _ in range(settings.blocks))
        )


class Feature2Flow(nn.Linear):
    """The decoder: a 1x1 convolution."""

    def __init__(self, settings: FlowRefinementSettings) -> None:
        super().__init__(settings.channels, settings.maps)


def _size(here: FrameFeatures) -> torch.Tensor:
    """How large a frame's features are where they are known: [n], without a gradient."""
    with torch.no_grad():
        square = here.features.square().mean(3) * here.confidence
        total = here.confidence.sum((1, 2))
        return (square.sum((1, 2)) / total.clamp(min=1)).sqrt().clamp(min=1e-3)


class FlowRefinement(nn.Module):
    """A network that completes forward and backward motion of a clip inside holes.

    Motion is what comes on top of a base, such as the camera's: the base is known everywhere, and is added where
    neighbours are read.

    settings  what it was built from
    paper     Towards video inpainting, 3. `open_flow_refinement` gives it its start
    """

    def __init__(self, settings: FlowRefinementSettings) -> None:
        super().__init__()
        self.settings = settings
        self.encoder = Flow2Feature(settings)
        self.decoder = Feature2Flow(settings)
        self.update = Update(settings)

    def begin(self, flows: torch.Tensor, known: torch.Tensor, start: torch.Tensor | None = None) -> FrameFeatures:
        """Encode frames.

        flows    [n 4 h w]  forward x y, backward x y, pixels; what lies in the hole is not looked at
        known    [n 1 h w]  confidence of the flows, 0 in the hole
        start    [n 4 h w]  what the hole begins with; None for a smooth fill
        """
        with torch.no_grad():
            seen = (known > 0).to(flows.dtype)
            filled = smooth_start(flows, seen) if start is None else torch.where(known > 0, flows, start)
            maps = filled / self.settings.unit
            if self.settings.guide == "edges":
                maps = torch.cat((maps, edge_map(filled) * seen), 1)
        return FrameFeatures(self.encoder(maps).permute(0, 2, 3, 1).contiguous(), known[:, 0])

    def decode(self, frames: FrameFeatures) -> torch.Tensor:
        """What features say: flows [n 4 h w], pixels, and their edges [n 2 h w] if they guide."""
        maps = self._read(frames.features)
        return maps.permute(0, 3, 1, 2)

    def _read(self, features: torch.Tensor) -> torch.Tensor:
        """Features [... c] to flows in pixels [... 4] and edges."""
        maps: torch.Tensor = self.decoder(features)
        return torch.cat((maps[..., :FLOWS] * self.settings.unit, maps[..., FLOWS:]), -1)

    def step(
        self,
        before: FrameFeatures,
        here: FrameFeatures,
        after: FrameFeatures,
        places: HolePlaces,
        base: torch.Tensor | None = None,
    ) -> FrameFeatures:
        """Update frames from their neighbours, warped by the flow that the frames' own features say.

        The places that are read get no gradient: with one, flows are learned that point at what is confident (the
        paper's figure 19).

        before, after  of every frame the neighbours; 0 where there is none
        places         where the frames were not certain at the beginning; elsewhere they stay as they are
        base           [n 4 h w]  motion that the flows come on top of, pixels; None for none
        """
        n, height, width, channels = here.features.shape
        table, rim = here.features.reshape(-1, channels), places.rim
        own = FrameFeatures(table[rim], here.confidence.flatten()[rim])
        flows = self._read(own.features.detach())[:, :FLOWS]
        if base is not None:
            flows = flows + base.permute(0, 2, 3, 1).reshape(-1, FLOWS)[rim]
        flows = flows.detach()
        frame, y, x = rim // (height * width), rim // width % height, rim % width
        warped = [
            _read_rows(other, frame, x + flows[:, right], y + flows[:, down])
            for other, (right, down) in ((before, BACKWARD), (after, FORWARD))
        ]
        size = _size(here)[frame, None]
        updated = self.update(warped[0], own, warped[1], size, places)
        features = table.index_copy(0, places.hole, updated.features)
        confidence = here.confidence.flatten().index_copy(0, places.hole, updated.confidence)
        return FrameFeatures(features.view(n, height, width, channels), confidence.view(n, height, width))

    def forward(
        self,
        flows: torch.Tensor,
        known: torch.Tensor,
        steps: int | None = None,
        base: torch.Tensor | None = None,
        start: torch.Tensor | None = None,
    ) -> list[torch.Tensor]:
        """Complete clips.

        flows    [b t 4 h w]  as ``begin``; where there is no next frame its forward flow must be made up, such as
                              the backward one turned round
        known    [b t 1 h w]  0 in the hole
        steps    updates; None for as many as the settings say
        base     [b t 4 h w]  as ``step``
        start    [b t 4 h w]  as ``begin``
        returns  flows [b t 4 h w] as decoded before any update and behind each, pixels; edges as 2 more channels if
                 they guide
        """
        clips, shape = len(flows), (*flows.shape[:2], self.settings.maps, *flows.shape[3:])
        flat = [None if each is None else each.flatten(0, 1) for each in (flows, known, start, base)]
        assert flat[0] is not None
        assert flat[1] is not None
        here = self.begin(flat[0], flat[1], flat[2])
        places = find_places(here.confidence, self.settings.kernel)
        decoded = [self.decode(here).reshape(shape)]
        for _ in range(self.settings.steps if steps is None else steps):
            here = self.step(_shifted(here, clips, 1), here, _shifted(here, clips, -1), places, flat[3])
            decoded.append(self.decode(here).reshape(shape))
        return decoded


def _read_rows(frames: FrameFeatures, frame: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> FrameFeatures:
    both = read_at(torch.cat((frames.features, frames.confidence[..., None]), -1), frame, x, y)
    return FrameFeatures(both[:, :-1], both[:, -1])


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
        if isinstance(layer, nn.Conv2d | nn.Linear | PartialConv):
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
        for flow in range(settings.maps):
            nn.init.zeros_(lift.weight[flow])
            lift.weight[flow, flow] = network.decoder.weight[flow, flow] = 1.0
        # a point's way to the next frame is its way back from there, turned round
        for carry, own, theirs in zip(network.update.carry, (BACKWARD, FORWARD), (FORWARD, BACKWARD), strict=True):
            assert isinstance(carry, nn.Linear)
            nn.init.zeros_(carry.weight)
            for mine, other in zip(own, theirs, strict=True):
                carry.weight[mine, other] = -1.0
    return network
