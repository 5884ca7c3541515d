"""Masks and fills of whole clips from the frames that somebody has marked, by the trained networks."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from vfxlib.nets.cycle import CycleNetworks, nearest_frames
from vfxlib.nets.cycle_completion import Completed

__all__ = ["nearest_annotated", "propagate"]


def nearest_annotated(place: int, annotated: Sequence[int]) -> int:
    """The marked frame that a frame is reached from: the nearest, the earlier of two."""
    return min(annotated, key=lambda each: (abs(each - place), each))


@torch.no_grad()
def propagate(
    network: CycleNetworks, frames: torch.Tensor, masks: torch.Tensor, annotated: Sequence[int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """From marked frames to their neighbours and on, forwards and backwards: each frame is found, then completed.

    frames     [b t 3 h w]  working code values
    masks      [b t 1 h w]  0..1; those of marked frames are read
    annotated  places of marked frames
    returns    masks and completed frames, of the same shapes
    """
    count = frames.shape[1]
    found: dict[int, torch.Tensor] = {}
    completed: dict[int, Completed] = {}
    for place in sorted(range(count), key=lambda each: abs(each - nearest_annotated(each, annotated))):
        source = nearest_annotated(place, annotated)
        if place == source:
            found[place] = masks[:, place]
        else:
            before = place + (1 if source > place else -1)
            found[place] = network.predict(frames[:, place], completed[before]).sigmoid()
        beside = list(nearest_frames(place, count, network.settings.references))
        completed[place] = network.complete(frames[:, beside], frames[:, place], found[place])
    order = range(count)
    return torch.stack([found[i] for i in order], 1), torch.stack([completed[i].frame for i in order], 1)
