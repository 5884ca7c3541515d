"""Held-out clips with damage, and how well it was found and filled."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812

from nodes.engine.training import scene_pictures
from vfxlib.pretraining.cycle_objective import CUT, intersection_over_union
from vfxlib.training_ground.corruption_kinds import KINDS
from vfxlib.training_ground.corruption_sampler import CorruptionSampler, CorruptionSettings

__all__ = ["DamageClips", "DamageFigures", "draw_clips", "judge", "mean_figures"]

SEED = 90211  # of no training, and of no held-out clips that a training is judged on
SURE = 1e-3  # a mask that says 0 or 1 is taken for as sure as this, where cross-entropy is measured


@dataclass(frozen=True)
class DamageClips:
    """Clips with one kind of damage, working code values.

    frames  [b t 3 h w]
    truth   [b t 3 h w]
    masks   [b t 1 h w]  0..1
    light   [b t 3 h w]  the frames, scene-linear in ACEScg's primaries
    """

    frames: torch.Tensor
    truth: torch.Tensor
    masks: torch.Tensor
    light: torch.Tensor

    def first(self, count: int) -> DamageClips:
        """So many of them."""
        return DamageClips(self.frames[:count], self.truth[:count], self.masks[:count], self.light[:count])


@dataclass(frozen=True)
class DamageFigures:
    """How well damage was found and filled, all judged frames of all clips together.

    iou   intersection over union of masks, each from a quarter on
    bce   binary cross-entropy of the masks
    psnr  dB in the damage, working code values
    """

    iou: float
    bce: float
    psnr: float


def draw_clips(data: Path, size: int, frames: int, count: int) -> dict[str, DamageClips]:
    """Clips of every kind of damage, of the pictures that no training of this pack sees.

    data    the pack
    size    pixels of a side
    frames  of a clip
    count   clips of each kind
    """
    pictures = scene_pictures(str(data)).held_out()[1]
    clips = {}
    for kind in KINDS:
        settings = CorruptionSettings(size=(size, size), frames=frames, batch=count, kinds=(kind,))
        drawn = CorruptionSampler(pictures, settings, torch.device("cpu"), SEED).draw(0)
        clips[kind] = DamageClips(drawn.working, drawn.working_truth, drawn.masks, drawn.frames)
    return clips


def judge(
    found: torch.Tensor, filled: torch.Tensor, clips: DamageClips, judged: Sequence[Sequence[int]]
) -> DamageFigures:
    """Figures of masks and fills.

    found   [b t 1 h w]  0..1
    filled  [b t 3 h w]  working code values
    judged  which frames count, of each clip
    """

    def pick(tensor: torch.Tensor) -> torch.Tensor:
        return torch.cat([clip[list(places)] for clip, places in zip(tensor, judged, strict=True)])

    masks, said = pick(clips.masks), pick(found)
    shared, either = intersection_over_union(said, masks)
    bce = F.binary_cross_entropy(said.clamp(SURE, 1.0 - SURE), masks)
    hole = (masks >= CUT).float()
    square = float(((pick(filled) - pick(clips.truth)) * hole).square().sum()) / max(1.0, 3.0 * float(hole.sum()))
    return DamageFigures(shared / max(1.0, either), float(bce), -10 * math.log10(max(1e-12, square)))


def mean_figures(figures: Mapping[str, DamageFigures]) -> DamageFigures:
    """The mean over kinds of damage: each counts as much as the others, however many pixels it covers."""
    rows = [asdict(each) for each in figures.values()]
    return DamageFigures(**{name: sum(row[name] for row in rows) / len(rows) for name in rows[0]})
