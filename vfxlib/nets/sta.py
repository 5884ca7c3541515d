"""STA-Net: paints a frame's hole from references that it lays over it, and what none shows from the frame itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import nn

from vfxlib.nets.flow_start import smooth_start
from vfxlib.nets.flow_warp import warp_by_flow
from vfxlib.nets.gated import init_weights
from vfxlib.nets.settings import NetworkSettings
from vfxlib.nets.sta_alignment import AffineNetwork, affine_flow
from vfxlib.nets.sta_spatial import CELL, Refinement
from vfxlib.nets.sta_temporal import (
    ALONE,
    HALVINGS,
    Aggregate,
    Scales,
    TemporalDecoder,
    TemporalEncoder,
    cosine_similarity,
    visible_at,
)

__all__ = ["STEP", "Aligned", "StaClip", "StaNet", "StaResult", "StaSettings", "open_sta", "warped"]

Alignment = Literal["joint", "affine", "flow"]

STEP = CELL  # pictures have sides that are multiples of it
MOST_SCALES = 3
MOST_CHANNELS = 64  # of a first layer; a file that says more of itself would take gigabytes before it is looked at


@dataclass(frozen=True)
class StaSettings(NetworkSettings):
    """What the network is built from; it goes into the file of its weights.

    channels     of the finest layer of the temporal aggregation
    affine       channels of the first layer of the affine network
    spatial      channels of the finest layer of the spatial aggregation; 0 leaves it out
    scales       at which references are aggregated: 1 for features at a quarter of the size, 2 for those at half too,
                 3 for the picture too
    alignment    "joint": both; "affine" or "flow": that one alone
    temperature  of the temporal attention's softmax
    """

    channels: int = 16
    affine: int = 16
    spatial: int = 8
    scales: int = MOST_SCALES
    alignment: Alignment = "joint"
    temperature: float = 0.1

    def __post_init__(self) -> None:
        sizes = all(1 <= each <= MOST_CHANNELS for each in (self.channels, self.affine, self.spatial or 1))
        if not sizes or not 1 <= self.scales <= MOST_SCALES or not 0.02 <= self.temperature <= 10:
            raise ValueError(f"no such network is made of {self}")
        if self.alignment not in get_args(Alignment):
            raise ValueError(f"no such network has alignment {self.alignment!r}")


@dataclass(frozen=True)
class StaClip:
    """A batch of frames with their references. Colours are normalised as the caller likes, alike within a sample.

    target      [b 3 h w]    the frame; h and w multiples of 8
    hole        [b 1 h w]    1 where it is to be painted, else 0; there its colours are not looked at
    references  [b r 3 h w]  other frames
    visible     [b r 1 h w]  1 where they show background, else 0
    flows       [b r 2 h w]  pixels from the target's background to where it lies in the reference, x right, y down
    """

    target: torch.Tensor
    hole: torch.Tensor
    references: torch.Tensor
    visible: torch.Tensor
    flows: torch.Tensor


@dataclass(frozen=True)
class Aligned:
    """A reference laid over the target.

    picture  [b 3 h w]  0 where not visible
    visible  [b 1 h w]  1 where it shows the place, else 0
    """

    picture: torch.Tensor
    visible: torch.Tensor


@dataclass(frozen=True)
class StaResult:
    """What became of a batch.

    first      [b 4 h w]  what the temporal aggregation has drawn, everywhere; log of the expected absolute error
    final      [b 3 h w]  the same, the leftover drawn anew by the spatial aggregation
    refined    [b 3 h w]  what that has drawn, everywhere; None without it
    carried    [b 1 h w]  1 where a reference shows the place (the paper's C_visible), else 0
    leftover   [b 1 h w]  1 in the hole where none does, else 0
    by_affine  the references as the affine network lays them
    """

    first: torch.Tensor
    final: torch.Tensor
    refined: torch.Tensor | None
    carried: torch.Tensor
    leftover: torch.Tensor
    by_affine: tuple[Aligned, ...]


class StaNet(nn.Module):
    """The network; ``open_sta`` gives it its start.

    settings  what it was built from
    paper     Spatial-temporal residual aggregation for high resolution video inpainting, 3.2
    """

    def __init__(self, settings: StaSettings) -> None:
        super().__init__()
        self.settings = settings
        self.affine = None if settings.alignment == "flow" else AffineNetwork(settings.affine)
        self.encoder = TemporalEncoder(settings.channels)
        self.decoder = TemporalDecoder(settings.channels, settings.scales)
        self.refinement = Refinement(settings.spatial) if settings.spatial else None

    def forward(self, clip: StaClip, *, spatial: bool = True) -> StaResult:
        """Paint a batch.

        spatial  False leaves the spatial aggregation out, as the first part of a training does
        """
        target_visible = 1 - clip.hole
        target = torch.cat((clip.target * target_visible, target_visible), 1)
        encoded, whole = self.encoder(target), Aggregate(self.settings.temperature)
        by_affine = []
        for i in range(clip.references.shape[1]):
            reference = torch.cat((clip.references[:, i] * clip.visible[:, i], clip.visible[:, i]), 1)
            for aligned, learned in self.align(target, reference, clip.flows[:, i]):
                self.add(whole, encoded, target_visible, aligned)
                if learned:
                    by_affine.append(aligned)
        first, carried = self.draw(encoded, target, whole)
        leftover = clip.hole * (1 - carried)
        picture = torch.lerp(target[:, :3], first[:, :3], clip.hole)
        refined = None if self.refinement is None or not spatial else self.refinement(picture, leftover)
        final = first[:, :3] if refined is None else torch.lerp(first[:, :3], refined, leftover)
        return StaResult(first, final, refined, carried, leftover, tuple(by_affine))

    def align(
        self, target: torch.Tensor, reference: torch.Tensor, flow: torch.Tensor, corner: tuple[int, int] = (0, 0)
    ) -> Iterator[tuple[Aligned, bool]]:
        """Lay a reference over the target, or a part of it, both ways.

        target, reference  [b 4 H W]  colour, 0 where not visible; visible 1, else 0
        flow               [b 2 h w]  as of ``StaClip``, over the part
        corner             x and y of the part's first pixel
        returns            what each alignment gives; True if it is the affine network's
        """
        if self.affine is not None:
            x, y = corner
            whole = affine_flow(self.affine(target, reference), (target.shape[-2], target.shape[-1]))
            part = whole[..., y : y + flow.shape[-2], x : x + flow.shape[-1]]
            yield warped(reference, part, corner), True
        if self.settings.alignment != "affine":
            yield warped(reference, flow, corner), False

    def add(self, whole: Aggregate, target: Scales, target_visible: torch.Tensor, aligned: Aligned) -> None:
        """Add an aligned reference to what is carried."""
        theirs = self.encoder(torch.cat((aligned.picture, aligned.visible), 1))
        seen, ours = (visible_at(each, HALVINGS) for each in (aligned.visible, target_visible))
        alike = cosine_similarity(target.maps[0], theirs.maps[0], ours, seen)
        whole.add(alike, theirs.maps[: self.settings.scales], aligned.visible)

    def draw(self, encoded: Scales, target: torch.Tensor, whole: Aggregate) -> tuple[torch.Tensor, torch.Tensor]:
        """The first picture [b 4 h w], and where something was carried [b 1 h w] of 0 and 1."""
        hole, maps, carried = 1 - target[:, 3:], whole.carried(), whole.shown()
        known, colour = target[:, 3:], target[:, :3]
        if self.settings.scales == MOST_SCALES:
            known = torch.maximum(known, carried)
            colour = torch.lerp(colour, maps[-1], hole)
        start = smooth_start(colour, known)
        masks = torch.cat((hole, hole * (1 - carried)), 1)
        return self.decoder(encoded, maps, start, masks), carried


def warped(reference: torch.Tensor, flow: torch.Tensor, corner: tuple[int, int] = (0, 0)) -> Aligned:
    """Read a reference [n 4 H W], colour and visible, where a flow [n 2 h w] leads from a part of the target."""
    read = warp_by_flow(reference, flow, corner)
    visible = (read[:, 3:] > ALONE).to(read.dtype)
    return Aligned(read[:, :3] * visible, visible)


def open_sta(settings: StaSettings, seed: int) -> StaNet:
    """Build the network at its start.

    seed     the same seed gives the same weights; torch's global generator is not touched
    returns  float32, on the processor; it lays nothing elsewhere, and draws next to nothing over what is carried
    """
    network = StaNet(settings)
    init_weights(network, seed)
    for part in (network.affine, network.decoder, network.refinement):
        if part is not None:
            part.last.weight.data *= 0.1
    return network
