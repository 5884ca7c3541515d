"""What is measured of the networks and of what needs none, on the same held-out clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from benchmarks.cycle.annotated import propagate
from benchmarks.cycle.clips import DamageClips, DamageFigures, judge
from benchmarks.cycle.plain import classifier_masks, left_in_place, median_masks, smooth_fill
from vfxlib.nets.cycle import CycleNetworks
from vfxlib.pretraining.cycle_objective import CUT

__all__ = ["ANNOTATED", "FRAMES", "ByKind", "fullest_frames", "measure_annotated", "measure_fullest", "measure_plain"]

FRAMES = 13  # of a clip
ANNOTATED: dict[str, tuple[int, ...]] = {
    "first frame": (0,),
    "middle frame": (6,),
    "last frame": (12,),
    "2 frames": (0, 12),
    "3 frames": (0, 6, 12),
    "5 frames": (0, 3, 6, 9, 12),
}
JUDGED = tuple(place for place in range(FRAMES) if place % 3)  # none is marked in any row

ByKind = dict[str, DamageFigures]


def measure_annotated(network: CycleNetworks, clips: Mapping[str, DamageClips], annotated: Sequence[int]) -> ByKind:
    """Figures of the networks when these frames are marked, on the frames that are marked in no row."""
    found = {}
    for kind, each in clips.items():
        masks, filled = propagate(network, each.frames, each.masks, annotated)
        found[kind] = judge(masks, filled, each, [JUDGED] * len(each.frames))
    return found


def measure_fullest(network: CycleNetworks, clips: Mapping[str, DamageClips]) -> ByKind:
    """Figures of the networks when the frame with most damage is marked, on all others."""
    found = {}
    for kind, each in clips.items():
        keys = fullest_frames(each)
        parts = [
            propagate(network, each.frames[i : i + 1], each.masks[i : i + 1], (key,)) for i, key in enumerate(keys)
        ]
        masks, filled = (torch.cat(tensors) for tensors in zip(*parts, strict=True))
        found[kind] = judge(masks, filled, each, _others(keys))
    return found


def measure_plain(clips: Mapping[str, DamageClips], folder: Path) -> dict[str, ByKind]:
    """Figures of what needs no training, from the frame with most damage, on all others.

    folder  for plates and results of the nodes
    """
    rows: dict[str, ByKind] = {}
    for kind, each in clips.items():
        keys = fullest_frames(each)
        left, median = left_in_place(each.masks, keys), median_masks(each, keys)
        nodes = classifier_masks(each, keys, folder / kind)
        results = {
            "key left in place, smooth fill": (left, smooth_fill(each.frames, left)),
            "median with both neighbours, smooth fill": (median, smooth_fill(each.frames, median)),
            "classifier of the shot, smooth fill": (nodes.masks, smooth_fill(each.frames, nodes.masks)),
            "classifier of the shot, FlowInpaint": (nodes.masks, nodes.fills),
            "true masks, smooth fill": (each.masks, smooth_fill(each.frames, each.masks)),
        }
        for name, (masks, filled) in results.items():
            rows.setdefault(name, {})[kind] = judge(masks, filled, each, _others(keys))
    return rows


def fullest_frames(clips: DamageClips) -> list[int]:
    """Of each clip, the frame with most damage."""
    places: list[int] = (clips.masks >= CUT).sum((2, 3, 4)).argmax(1).tolist()
    return places


def _others(keys: Sequence[int]) -> list[list[int]]:
    return [[place for place in range(FRAMES) if place != key] for key in keys]
