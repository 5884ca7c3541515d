"""Tensors of single frames, kept in memory where they fit and else on disk."""

from __future__ import annotations

from pathlib import Path

import torch

from vfxlib.device import to_numpy
from vfxlib.image.box import Box
from vfxlib.train.frame_store import FrameStore

__all__ = ["Kept"]


class Kept:
    """Tensors of one shape by place, half precise, each kept once.

    channels  of each
    shape     height and width
    device    where they are wanted
    room      bytes that may be taken there; what is over goes into a nameless file in ``folder``
    """

    def __init__(self, channels: int, shape: tuple[int, int], *, device: torch.device, room: int, folder: Path) -> None:
        self._box = Box(0, 0, shape[1], shape[0])
        self._planes = FrameStore(channels, device, room, folder)
        self._order: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._order)

    def close(self) -> None:
        """Let go of everything."""
        self._planes.close()

    def keep(self, place: int, tensor: torch.Tensor) -> None:
        """Keep [c h w] under a place.

        raises  OutputError if the folder is full
        """
        self._order[place] = len(self._order)
        self._planes.add(to_numpy(tensor.half()), self._box)

    def read(self, place: int) -> torch.Tensor:
        """What was kept: [c h w] float32."""
        return self._planes.crop(self._order[place], self._box)
