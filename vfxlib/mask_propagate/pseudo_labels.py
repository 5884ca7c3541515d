"""Mattes that a network found on a shot's frames, from which the next one learns, and how far each pixel is trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import torch

from vfxlib.mask_propagate.dataset import MatteDataset
from vfxlib.mask_propagate.features import FOLLOWS
from vfxlib.mask_propagate.object_motion import with_object_motion
from vfxlib.mask_propagate.propagation import ObjectSize, PropagatedFrame
from vfxlib.mask_propagate.warp import dilate
from vfxlib.train.kept import Kept

__all__ = ["PseudoLabels", "pseudo_labels"]

FAR = 0.15  # of the objects' extent: what is so far from any matte is background for certain
DOUBTED = 0.3  # trust where the two sources disagree


class PseudoLabels:
    """What was found, by place.

    material  the shot
    objects   how many
    """

    def __init__(self, material: MatteDataset, objects: int, *, device: torch.device, room: int, folder: Path) -> None:
        self._material, self._objects = material, objects
        self._kept = Kept(2 * objects + 2, material.shape, device=device, room=room, folder=folder)
        self.numbers = material.numbers

    def __len__(self) -> int:
        return len(self._kept)

    def close(self) -> None:
        """Let go of everything."""
        self._kept.close()

    def keep(self, place: int, mattes: torch.Tensor, weight: torch.Tensor) -> None:
        """Keep a frame's mattes [k h w] and how far they are trusted [k h w]."""
        seen = with_object_motion(self._material.shown(place), self._material.velocity(place), mattes)
        self._kept.keep(place, torch.cat((mattes, weight, seen[FOLLOWS])))

    def frame(self, place: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """What is seen [10 h w], mattes and weight [k h w] of a frame."""
        kept, count = self._kept.read(place), self._objects
        return torch.cat((self._material.shown(place), kept[2 * count :])), kept[:count], kept[count : 2 * count]


def pseudo_labels(
    material: MatteDataset,
    passes: Iterable[PropagatedFrame],
    keys: Mapping[int, torch.Tensor],
    size: ObjectSize,
    *,
    room: int,
    folder: Path,
    told: Callable[[], None] = lambda: None,
) -> PseudoLabels:
    """Keep what of a carrying can be learned from.

    passes   every place once, in any order
    keys     place -> [k h w], which are taken as they are
    size     of the objects
    room     bytes that the frames may take on the device
    folder   where what is over is kept meanwhile
    told     is called after every frame that was passed
    paper    after the online adaptation of Voigtlaender and Leibe (2017): what is sure is learned as object, what is
             far from it as background
    """
    found = PseudoLabels(material, len(next(iter(keys.values()))), device=material.device, room=room, folder=folder)
    far = max(2, round(FAR * size.extent))
    try:
        for passed in passes:
            place = passed.place
            if place in keys:
                found.keep(place, keys[place], torch.ones_like(keys[place]))
            else:
                found.keep(place, *_trusted(passed.mattes, passed.carried, far))
            told()
    except BaseException:
        found.close()
        raise
    return found


def _trusted(mattes: torch.Tensor, carried: torch.Tensor, far: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What of a found matte may be learned from.

    mattes   [k h w]  what was found, 0..1; 0 also where the network said more than could be
    carried  [k h w]  what came along the motion, 0..1
    far      pixels from any matte at which all is background
    returns  [k h w] the mattes cut at 0.5, and [k h w] their weight
    """
    found, there = mattes > 0.5, carried > 0.5
    weight = (2 * mattes - 1).abs()
    weight = torch.where(found != there, DOUBTED * weight, weight)
    sure = dilate((found | there).float(), far) == 0
    return found.float(), torch.where(sure, torch.ones_like(weight), weight)
