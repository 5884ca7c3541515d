"""The dataset of a fit: a shot's frames at every level, in the normalised colour that networks work in."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.errors import MatteError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.tiles import bounds
from vfxlib.internal_fit.channels import CHANNELS
from vfxlib.internal_fit.downsample import Halvings, NetworkFrame, halve, hole_depth
from vfxlib.io.frames import format_frames
from vfxlib.train.frame_store import FrameStore
from vfxlib.train.normalise import Normalisation, fit_normalisation

__all__ = ["InpaintDataset", "gather_dataset", "pack"]

NORMALISATION_FRAMES = 16  # from which the normalisation is measured
HOLE_MARGIN = 192  # pixels kept around the hole at the fine levels: a crop's side and a little
POINTS = 256  # pixels of a hole that are remembered, to put crops and synthetic holes at


@dataclass(frozen=True)
class Hole:
    """A frame's hole at one level.

    centre  y and x of its bounds' centre
    points  [m 2]  y and x of some of its pixels
    """

    centre: tuple[float, float]
    points: NDArray[np.int64]


class InpaintDataset:
    """The frames of a shot at the levels from the coarsest to the plate's own size, by their index in the job.

    numbers  frame number of each index
    colours  normalisation of its colours
    levels   [level] -> frames
    holes    [level] -> index -> hole; frames without one are absent
    """

    def __init__(self, numbers: Sequence[int], colours: Normalisation, levels: Sequence[FrameStore]) -> None:
        self.numbers = tuple(numbers)
        self.colours = colours
        self.levels = tuple(levels)
        self.holes: tuple[dict[int, Hole], ...] = tuple({} for _ in levels)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with ExitStack() as stack:
            for store in self.levels:
                stack.callback(store.close)


def gather_dataset(
    numbers: Sequence[int],
    read: Callable[[int], NetworkFrame],
    halvings: Halvings,
    *,
    device: torch.device,
    room: int,
    folder: Path,
    advance: Callable[[], None] = lambda: None,
) -> InpaintDataset:
    """Read a shot once, and keep what a fit needs of it: as many levels as its size and its deepest hole want.

    numbers   of its frames
    read      number -> frame at the plate's size
    halvings  how often it may be halved for the coarsest level
    device    where crops are wanted
    room      bytes that the frames may take there
    folder    where what is over is kept meanwhile
    advance   is called after every frame
    raises    what ``read`` raises; MatteError if nothing of the shot is visible
    """
    colours = _fit_colours(numbers, read)
    usual, most = halvings.usual, halvings.most
    stores = [FrameStore(CHANNELS, device, part, folder) for part in _shares(room, usual, most)]
    # how deep the holes are is known when the last frame is read: until then there is a level for the deepest
    every, depth = InpaintDataset(numbers, colours, stores), 0.0
    for index, number in enumerate(numbers):
        frame = read(number)
        for level in range(most, -1, -1):
            halved = most - level
            part = frame if halved >= usual else _around_hole(frame)
            every.levels[level].add(pack(part, colours).astype(np.float16), part.window)
            if frame.hole.any():
                every.holes[level][index] = _find_hole(frame)
            if halved == usual:
                depth = max(depth, hole_depth(frame) * 2**usual)
            if level:
                frame = halve(frame)
        advance()
    return _from_level(every, most - halvings.for_hole(depth))


def _shares(room: int, usual: int, most: int) -> list[int]:
    """Bytes for each level, the coarsest first: coarse levels are small and are cut from most often."""
    coarse = [(room // 2 if usual else room) * 3 // 4 ** (halved - usual + 1) for halved in range(most, usual - 1, -1)]
    return coarse + [room // 2 // max(1, usual)] * usual


def _from_level(dataset: InpaintDataset, first: int) -> InpaintDataset:
    """The dataset without the levels that are coarser than the first one."""
    for store in dataset.levels[:first]:
        store.close()
    kept = InpaintDataset(dataset.numbers, dataset.colours, dataset.levels[first:])
    for own, holes in zip(kept.holes, dataset.holes[first:], strict=True):
        own.update(holes)
    return kept


def pack(frame: NetworkFrame, colours: Normalisation) -> Array:
    """Pack a frame into the channels that networks see.

    returns  [5 h w]  normalised colour (0 where not known), known, hole
    """
    normalised = np.where(frame.known[..., None], colours.apply(frame.colour), np.float32(0))
    return np.concatenate([normalised.transpose(2, 0, 1), frame.known[None], frame.hole[None]]).astype(np.float32)


def _fit_colours(numbers: Sequence[int], read: Callable[[int], NetworkFrame]) -> Normalisation:
    """From some frames evenly: the normalisation needs no more, and a long shot is not read twice."""
    count = min(NORMALISATION_FRAMES, len(numbers))
    chosen = [numbers[i * len(numbers) // count] for i in range(count)]
    frames = map(read, chosen)
    colours = fit_normalisation(frame.colour[frame.known] for frame in frames)
    if colours is None:
        raise MatteError(
            "nothing outside the matte is visible on any frame that was looked at, so there is nothing to fit to",
            where=f"frames {format_frames(chosen)}",
            fix="check --matte-channel and --matte-id, whether the matte is inverted, and the plate for NaN",
        )
    return colours


def _around_hole(frame: NetworkFrame) -> NetworkFrame:
    """The part of a frame from which crops are cut; none at all of a frame without a hole."""
    if frame.hole.any():
        hole = bounds(frame.hole, frame.window)
        box = hole.grown(HOLE_MARGIN + max(hole.size) // 2) & frame.window
    else:
        box = Box(frame.window.x0, frame.window.y0, frame.window.x0, frame.window.y0)
    part = box.slices(frame.window)
    return NetworkFrame(frame.colour[part], frame.known[part], frame.hole[part], box)


def _find_hole(frame: NetworkFrame) -> Hole:
    rows, columns = np.nonzero(frame.hole)
    every = max(1, len(rows) // POINTS)
    points = np.stack([rows[::every] + frame.window.y0, columns[::every] + frame.window.x0], axis=1)
    box = bounds(frame.hole, frame.window)
    return Hole(((box.y0 + box.y1) / 2, (box.x0 + box.x1) / 2), points)
