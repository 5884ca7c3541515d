"""Mattes that a network found on a shot's frames, from which the next one learns, and how far each pixel is trusted."""

from __future__ import annotations

from pathlib import Path

import torch

from vfxlib.propagate.kept import Kept
from vfxlib.propagate.material import Material
from vfxlib.propagate.place import grown
from vfxlib.propagate.shown import APART, MOVES

__all__ = ["Found", "trusted"]

STILL = 0.4, 0.34  # difference to the neighbours in steps, speed as the network is shown it: less is background at rest
DOUBTED = 0.3  # trust where an object seems to be at rest, or where the two sources disagree
FAR = 0.15  # of the object's extent: what is so far from any matte is background for certain


class Found:
    """What was found, by place.

    material  the shot
    objects   how many
    """

    def __init__(self, material: Material, objects: int, *, device: torch.device, room: int, folder: Path) -> None:
        self._material, self._objects = material, objects
        self._kept = Kept(2 * objects, material.shape, device=device, room=room, folder=folder)
        self.numbers = material.numbers

    def __len__(self) -> int:
        return len(self._kept)

    def close(self) -> None:
        """Let go of everything."""
        self._kept.close()

    def keep(self, place: int, mattes: torch.Tensor, weight: torch.Tensor) -> None:
        """Keep a frame's mattes [k h w] and how far they are trusted [k h w]."""
        self._kept.keep(place, torch.cat((mattes, weight)))

    def frame(self, place: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """What is shown [8 h w], mattes and weight [k h w] of a frame."""
        both = self._kept.read(place)
        return self._material.shown(place), both[: self._objects], both[self._objects :]


def trusted(
    shown: torch.Tensor, mattes: torch.Tensor, carried: torch.Tensor, extent: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """What of a found matte may be learned from.

    shown    [8 h w]
    mattes   [k h w]  what the network found, 0..1
    carried  [k h w]  what came along the motion, 0..1
    extent   of the object, pixels
    returns  [k h w] the mattes cut at 0.5, and [k h w] their weight
    """
    found, there = mattes > 0.5, carried > 0.5
    weight = (2 * mattes - 1).abs()
    still = (shown[APART.start] < STILL[0]) & (shown[APART.stop - 1] > 0) & (shown[MOVES.start] < STILL[1])
    weight = torch.where((found & still) | (found != there), DOUBTED * weight, weight)
    near = grown((found | there).float(), max(2, round(FAR * extent))) > 0
    return found.float(), torch.where(near, weight, torch.ones_like(weight))
