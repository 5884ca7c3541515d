"""A shot as mattes are carried through it: every frame small, with what sets it apart and how it moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import torch

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.mask_propagate.features import BACKWARD, CHANNELS, FORWARD, KEPT, STATED, VELOCITY, features_of
from vfxlib.motion import Chain, Motion, background_difference, moves_by_itself
from vfxlib.motion.field import rescaled
from vfxlib.motion.sampling import pixel_grid
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.train.frame_store import FrameStore
from vfxlib.train.normalise import Normalisation, fit_normalisation

__all__ = ["MatteDataset", "SmallFrame", "carry_shape", "gather_dataset"]

LINES = 240  # of the shorter side at which mattes are carried; the edge is found at the plate's own resolution
WHOLE = 288  # a plate whose shorter side is so long or less is not made smaller
NEIGHBOURS = (2, 5, 9, 15, 22)  # frames to either side that a frame is compared with
LOOKED_AT = 16  # frames that set the range of the colours


@dataclass(frozen=True)
class SmallFrame:
    """A frame made small.

    working  [h w 3]  working code values; the unknown is filled smoothly
    """

    working: Array

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.working.nbytes


def carry_shape(display: Box) -> tuple[int, int]:
    """Height and width at which mattes are carried; an upright plate keeps as many pixels as one that lies."""
    short = min(display.height, display.width)
    lines = display.height if short <= WHOLE else round(display.height * LINES / short)
    factor = lines / display.height  # and rounded as ``look`` rounds
    return max(1, round(display.height * factor)), max(1, round(display.width * factor))


class MatteDataset:
    """What is kept of a shot, by place in the job.

    numbers  frame of each place
    takes    number of the take that each place belongs to; rises at cuts
    colours  range of the shot's colours
    shape    height and width
    device   where it is wanted
    """

    def __init__(
        self,
        numbers: Sequence[int],
        takes: Sequence[int],
        colours: Normalisation,
        shape: tuple[int, int],
        device: torch.device,
        planes: FrameStore,
    ) -> None:
        self.numbers, self.takes, self.colours = tuple(numbers), tuple(takes), colours
        self.shape, self.device, self._planes = shape, device, planes
        self._box = Box(0, 0, shape[1], shape[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._planes.close()

    def __len__(self) -> int:
        return len(self.numbers)

    def shown(self, place: int) -> torch.Tensor:
        """What the network is shown of a frame: [8 h w]."""
        return self._planes.crop(place, self._box, slice(CHANNELS))

    def motion(self, place: int, to: int) -> torch.Tensor:
        """Motion of a frame to a neighbour: [2 h w] pixels, x right, y down.

        to  place of the next frame or the previous one
        """
        return self._planes.crop(place, self._box, FORWARD if to > place else BACKWARD)

    def velocity(self, place: int) -> torch.Tensor:
        """Motion of a frame in pixels a frame, the mean of both ways: [2 h w]."""
        return self._planes.crop(place, self._box, VELOCITY)


def gather_dataset(
    numbers: Sequence[int],
    chain: Chain,
    frames: FrameCache[SmallFrame],
    motion: Callable[[int], tuple[Motion | None, Motion | None]],
    display: Box,
    *,
    device: torch.device,
    room: int,
    folder: Path,
    colours: Normalisation | None = None,
    told: Callable[[], None] = lambda: None,
) -> MatteDataset:
    """Look at every frame of a shot once, and keep what fitting and carrying need.

    numbers  its frames
    chain    cuts, and where each place lies in any other
    frames   small ones by place, of ``carry_shape``
    motion   place -> motion to the next and to the previous frame; None where there is none
    display  the plate's display window
    device   where frames are wanted
    room     bytes that they may take there
    folder   where what is over is kept meanwhile
    colours  range to see them in; None finds it
    told     is called after every frame
    """
    shape = carry_shape(display)
    scale = shape[1] / display.width, shape[0] / display.height
    places = range(len(numbers))
    if colours is None:
        step = max(1, len(numbers) // LOOKED_AT)
        colours = fit_normalisation(frames[place].working.reshape(-1, 3) for place in places[::step])
        assert colours is not None
    planes = FrameStore(KEPT, device, room, folder)
    box = Box(0, 0, shape[1], shape[0])
    for place in places:
        here = frames[place].working
        near = [place + sign * step for step in NEIGHBOURS for sign in (-1, 1)]
        others = [
            (frames[other].working, rescaled(chain.between(place, other), scale))
            for other in near
            if chain.joined(place, other)
        ]
        compared = background_difference(here, others)
        forward, backward = motion(place)
        speed = moves_by_itself(forward, backward, shape) * np.float32(STATED / display.height)
        cpu = torch.device("cpu")
        shown = features_of(
            to_tensor(colours.apply(here).transpose(2, 0, 1), cpu),
            to_tensor(np.stack((compared.second, compared.median)), cpu),
            to_tensor(compared.known.astype(np.float32), cpu),
            to_tensor(speed, cpu),
            forward is not None or backward is not None,
        )
        after, back = (_moved(way, shape, scale) for way in (forward, backward))
        ways = (forward is not None) + (backward is not None)
        moved = after, back, (after - back) / max(ways, 1)
        planes.add(np.concatenate([to_numpy(shown), *moved]).astype(np.float16), box)
        told()
    return MatteDataset(numbers, [chain.take[place] for place in places], colours, shape, device, planes)


def _moved(motion: Motion | None, shape: tuple[int, int], scale: tuple[float, float]) -> Array:
    """Motion in pixels of the small frame: [2 h w]."""
    if motion is None:
        return np.zeros((2, *shape), np.float32)
    size = np.array(scale)
    moved = motion.displacement((pixel_grid(*shape) + 0.5) / size - 0.5) * size
    return np.ascontiguousarray(np.clip(moved, -30000, 30000).transpose(2, 0, 1), np.float32)
