"""The dataset of propagation: a shot's frames made small, with their features and their motion."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
import torch

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.mask_propagate.features import (
    BACKWARD,
    FORWARD,
    FRAME_CHANNELS,
    REFERENCE_LINES,
    STORED_CHANNELS,
    VELOCITY,
    features_of,
)
from vfxlib.motion import Chain, Motion, background_difference, moves_by_itself
from vfxlib.motion.field import rescaled
from vfxlib.motion.sampling import pixel_grid
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.train.frame_store import FrameStore
from vfxlib.train.normalise import Normalisation, fit_normalisation

__all__ = ["MatteDataset", "carry_shape", "gather_dataset"]

LINES = 240  # of the shorter side at which mattes are propagated; the edge is found at the plate's own resolution
WHOLE = 288  # a plate whose shorter side is so long or less is not made smaller
NEIGHBOURS = (2, 5, 9, 15, 22)  # frames to either side that a frame is compared with
NORMALISATION_FRAMES = 16  # from which the normalisation is measured


def carry_shape(display: Box) -> tuple[int, int]:
    """Height and width at which mattes are propagated; an upright plate keeps as many pixels as one that lies."""
    short = min(display.height, display.width)
    lines = display.height if short <= WHOLE else round(display.height * LINES / short)
    factor = lines / display.height  # and rounded as ``make_view`` rounds
    return max(1, round(display.height * factor)), max(1, round(display.width * factor))


class MatteDataset:
    """The small frames of a shot, by their index in the job.

    numbers  frame number of each index
    takes    take that each index belongs to, counted from 0; rises at cuts
    colours  normalisation of the shot's colours
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
        store: FrameStore,
    ) -> None:
        self.numbers, self.takes, self.colours = tuple(numbers), tuple(takes), colours
        self.shape, self.device, self._store = shape, device, store
        self._box = Box(0, 0, shape[1], shape[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def __len__(self) -> int:
        return len(self.numbers)

    def features(self, index: int) -> torch.Tensor:
        """The features of a frame without mattes: [8 h w]."""
        return self._store.crop(index, self._box, slice(FRAME_CHANNELS))

    def motion(self, index: int, to: int) -> torch.Tensor:
        """Motion of a frame to a neighbour: [2 h w] pixels, x right, y down.

        to  index of the next frame or the previous one
        """
        return self._store.crop(index, self._box, FORWARD if to > index else BACKWARD)

    def velocity(self, index: int) -> torch.Tensor:
        """Motion of a frame in pixels a frame, the mean of both ways: [2 h w]."""
        return self._store.crop(index, self._box, VELOCITY)


def gather_dataset(
    numbers: Sequence[int],
    chain: Chain,
    frames: FrameCache[Array],
    motion: Callable[[int], tuple[Motion | None, Motion | None]],
    display: Box,
    *,
    device: torch.device,
    room: int,
    folder: Path,
    colours: Normalisation | None = None,
    advance: Callable[[], None] = lambda: None,
) -> MatteDataset:
    """Read every frame of a shot once, and keep what fitting and propagation need.

    numbers  of its frames
    chain    cuts, and the registration of each frame to any other
    frames   small ones by index, of ``carry_shape``: [h w 3] working code values; the unknown is filled smoothly
    motion   index -> motion to the next and to the previous frame; None where there is none
    display  the plate's display window
    device   where frames are wanted
    room     bytes that they may take there
    folder   where what is over is kept meanwhile
    colours  normalisation to apply; None measures it
    advance  is called after every frame
    """
    shape = carry_shape(display)
    scale = shape[1] / display.width, shape[0] / display.height
    indices = range(len(numbers))
    if colours is None:
        step = max(1, len(numbers) // NORMALISATION_FRAMES)
        colours = fit_normalisation(frames[index].reshape(-1, 3) for index in indices[::step])
        assert colours is not None
    store = FrameStore(STORED_CHANNELS, device, room, folder)
    box = Box(0, 0, shape[1], shape[0])
    for index in indices:
        working = frames[index]
        near = [index + sign * step for step in NEIGHBOURS for sign in (-1, 1)]
        others = [
            (frames[other], rescaled(chain.between(index, other), scale))
            for other in near
            if chain.joined(index, other)
        ]
        compared = background_difference(working, others)
        forward, backward = motion(index)
        speed = moves_by_itself(forward, backward, shape) * np.float32(REFERENCE_LINES / display.height)
        cpu = torch.device("cpu")
        features = features_of(
            to_tensor(colours.apply(working).transpose(2, 0, 1), cpu),
            to_tensor(np.stack((compared.second, compared.median)), cpu),
            to_tensor(compared.known.astype(np.float32), cpu),
            to_tensor(speed, cpu),
            forward is not None or backward is not None,
        )
        after, back = (_displacement(way, shape, scale) for way in (forward, backward))
        ways = (forward is not None) + (backward is not None)
        moved = after, back, (after - back) / max(ways, 1)
        store.add(np.concatenate([to_numpy(features), *moved]).astype(np.float16), box)
        advance()
    return MatteDataset(numbers, [chain.take[index] for index in indices], colours, shape, device, store)


def _displacement(motion: Motion | None, shape: tuple[int, int], scale: tuple[float, float]) -> Array:
    """Motion in pixels of the small frame: [2 h w]."""
    if motion is None:
        return np.zeros((2, *shape), np.float32)
    size = np.array(scale)
    moved = motion.displacement((pixel_grid(*shape) + 0.5) / size - 0.5) * size
    return np.ascontiguousarray(np.clip(moved, -30000, 30000).transpose(2, 0, 1), np.float32)
