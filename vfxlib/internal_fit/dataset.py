"""A shot as a fit sees it: its frames at every level, in the colour that the network works in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.errors import MatteError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.tiles import bounds
from vfxlib.internal_fit.channels import CHANNELS
from vfxlib.internal_fit.downsample import NetworkFrame, halve
from vfxlib.io.frames import format_frames
from vfxlib.train.frame_store import FrameStore
from vfxlib.train.normalise import Normalisation, fit_normalisation

__all__ = ["InpaintDataset", "gather_dataset", "pack"]

LOOKED_AT = 16  # frames that set the range of the colours
AROUND = 192  # pixels kept around the hole at the fine levels: a crop's side and a little
POINTS = 256  # places of a hole that are remembered, to put crops and moved holes at


@dataclass(frozen=True)
class Hole:
    """A frame's hole at one level.

    middle  y and x of its bounds' middle
    points  [m 2]  y and x of some of its pixels
    """

    middle: tuple[float, float]
    points: NDArray[np.int64]


class InpaintDataset:
    """The frames of a shot at the levels from the coarsest to the plate's own size, by place in the job.

    numbers  frame of each place
    colours  range of its colours
    levels   [level] -> planes
    holes    [level] -> place -> hole; places without one are absent
    """

    def __init__(self, numbers: Sequence[int], colours: Normalisation, levels: Sequence[FrameStore]) -> None:
        self.numbers = tuple(numbers)
        self.colours = colours
        self.levels = tuple(levels)
        self.holes: tuple[dict[int, Hole], ...] = tuple({} for _ in levels)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with ExitStack() as stack:
            for planes in self.levels:
                stack.callback(planes.close)


def gather_dataset(
    numbers: Sequence[int],
    read: Callable[[int], NetworkFrame],
    halvings: int,
    *,
    device: torch.device,
    room: int,
    folder: Path,
    told: Callable[[], None] = lambda: None,
) -> InpaintDataset:
    """Read a shot once, and keep what a fit needs of it.

    numbers   its frames
    read      a frame at the plate's size
    halvings  how often it is halved for the coarsest level
    device    where crops are wanted
    room      bytes that the frames may take there
    folder    where what is over is kept meanwhile
    told      is called after every frame
    raises    what ``read`` raises; MatteError if nothing of the shot is visible
    """
    colours = _range(numbers, read)
    # coarse levels are small and are cut from most often: they come first in what room there is
    share = [
        room // 2 if level == 0 and halvings else room // max(1, halvings) // (2 if halvings else 1)
        for level in range(halvings + 1)
    ]
    material = InpaintDataset(numbers, colours, [FrameStore(CHANNELS, device, part, folder) for part in share])
    for place, number in enumerate(numbers):
        sight = read(number)
        for level in range(halvings, -1, -1):
            kept = sight if level == 0 else _around_hole(sight)
            material.levels[level].add(pack(kept, colours).astype(np.float16), kept.window)
            if sight.hole.any():
                material.holes[level][place] = _hole(sight)
            if level:
                sight = halve(sight)
        told()
    return material


def pack(sight: NetworkFrame, colours: Normalisation) -> Array:
    """A frame as networks see it.

    returns  [5 h w]  normalised colour (0 where not known), known, hole
    """
    seen = np.where(sight.known[..., None], colours.apply(sight.colour), np.float32(0))
    return np.concatenate([seen.transpose(2, 0, 1), sight.known[None], sight.hole[None]]).astype(np.float32)


def _range(numbers: Sequence[int], read: Callable[[int], NetworkFrame]) -> Normalisation:
    """From some frames evenly: the range needs no more, and a long shot is not read twice."""
    chosen = [numbers[i * len(numbers) // min(LOOKED_AT, len(numbers))] for i in range(min(LOOKED_AT, len(numbers)))]
    sights = map(read, chosen)
    colours = fit_normalisation(sight.colour[sight.known] for sight in sights)
    if colours is None:
        raise MatteError(
            "nothing outside the matte is visible on any frame that was looked at, so there is nothing to fit to",
            where=f"frames {format_frames(chosen)}",
            fix="check --matte-channel and --matte-id, whether the matte is inverted, and the plate for NaN",
        )
    return colours


def _around_hole(sight: NetworkFrame) -> NetworkFrame:
    """The part of a frame from which crops are cut; none at all of a frame without a hole."""
    if sight.hole.any():
        hole = bounds(sight.hole, sight.window)
        box = hole.grown(AROUND + max(hole.size) // 2) & sight.window
    else:
        box = Box(sight.window.x0, sight.window.y0, sight.window.x0, sight.window.y0)
    part = box.slices(sight.window)
    return NetworkFrame(sight.colour[part], sight.known[part], sight.hole[part], box)


def _hole(sight: NetworkFrame) -> Hole:
    rows, columns = np.nonzero(sight.hole)
    every = max(1, len(rows) // POINTS)
    points = np.stack([rows[::every] + sight.window.y0, columns[::every] + sight.window.x0], axis=1)
    box = bounds(sight.hole, sight.window)
    return Hole(((box.y0 + box.y1) / 2, (box.x0 + box.x1) / 2), points)
