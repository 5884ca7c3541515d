"""The shot as damage is looked for in it: full-size frames, and others beside them, moved along the measured motion."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.processors.motion.chain import chained
from nodes.processors.motion.motion_file import Fields, read_fields
from vfxlib.device import to_tensor
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.reframe import reframe
from vfxlib.mask_propagate.damage_examples import RANGE
from vfxlib.mask_propagate.damage_features import FrameBeside
from vfxlib.motion import Chain
from vfxlib.motion.sampling import sample, sample_nearest
from vfxlib.pipeline.frame_cache import FrameCache

__all__ = ["DamageShot", "open_damage_shot"]

OTHERS = 4  # frames that one is compared with
FRAMES, MOTION = 0.25, 0.1  # of the memory
CPU = torch.device("cpu")


@dataclass(frozen=True)
class _Frame:
    """A frame over the display window.

    working  [h w 3]  working code values, finite; what is not known is 0
    known    [h w]    True where the plate is known at all
    """

    working: Array
    known: NDArray[np.bool_]

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.working.nbytes + self.known.nbytes


class DamageShot:
    """Frames of a shot by index in the job, each beside the nearest others of its take.

    window  the display window, from 0, 0
    """

    def __init__(self, window: Box, chain: Chain, frames: FrameCache[_Frame], motion: FrameCache[Fields]) -> None:
        self.window, self._chain, self._frames, self._motion = window, chain, frames, motion

    def others(self, index: int, side: int = 0) -> tuple[int, ...]:
        """The frames that one is compared with, the nearest first; one that is alone in its take has none.

        side  1 for those after it first, -1 for those before it; 0 for the nearest
        """
        take = [other for other in self._chain.frames if other != index and self._chain.joined(index, other)]
        return tuple(sorted(take, key=lambda other: (side * (other - index) < 0, abs(other - index), other))[:OTHERS])

    def is_end(self, index: int) -> bool:
        """True of a frame that has its two nearest others on one side."""
        return len({other > index for other in self.others(index)[:2]}) == 1

    def picture(self, index: int) -> Array:
        """[h w 3] working code values, finite; what is not known is 0."""
        return self._frames[index].working

    def known(self, index: int) -> NDArray[np.bool_]:
        """Where a frame of the plate is known at all: [h w]."""
        return self._frames[index].known

    def beside(self, index: int, others: Sequence[int], box: Box) -> FrameBeside:
        """A part of a frame and of others; without any the frame is compared with itself, and differs in nothing.

        What another does not show, for it lies outside of its picture, is taken from the nearest that does.
        """
        own = self.picture(index)[box.slices(self.window)]
        aligned = [self._aligned(index, other, box) for other in others]
        nearest = own
        for picture, shown in reversed(aligned):
            nearest = np.where(shown, picture, nearest)
        moved = [np.where(shown, picture, nearest) for picture, shown in aligned] or [own]
        moved = moved if len(moved) > 1 else moved * 2
        return FrameBeside(_tensor(own), torch.stack([_tensor(each) for each in moved]))

    def still(self, index: int) -> torch.Tensor:
        """The nearest other frame as it is, not moved: [3 h w]; the frame itself if it is alone."""
        return _tensor(self.picture(next(iter(self.others(index)), index)))

    def _aligned(self, index: int, other: int, box: Box) -> tuple[Array, NDArray[np.bool_]]:
        """Another frame, laid on this one along the motion of all between [h w 3], and where it is known [h w 1]."""
        x, y = np.arange(box.x0, box.x1, dtype=np.float32), np.arange(box.y0, box.y1, dtype=np.float32)
        points = np.stack(np.meshgrid(x, y), -1)
        step = 1 if other > index else -1
        for at in range(index, other, step):
            fields = self._motion[at]
            way = fields.forward if step > 0 else fields.backward
            assert way is not None, "a frame has motion to all others of its take"
            points = (points + way.motion.displacement(points)).astype(np.float32)
        known = sample_nearest(self.known(other).astype(np.float32), points, 0.0)[..., None] > 0
        return sample(self.picture(other), points), known


@contextmanager
def open_damage_shot(context: StepContext) -> Iterator[DamageShot]:
    """Open the shot; the motion must have been measured.

    raises  UsageError if it has not been, and what reading a frame raises
    """
    shot = context.shot
    display = shot.display
    window = Box(0, 0, display.width, display.height)

    def read(index: int) -> _Frame:
        frame = shot.read(shot.frames[index])
        working = shot.colours.to_working(frame.plate)
        pixels = reframe(working.pixels, working.window, display)
        finite = np.clip(np.nan_to_num(pixels, nan=0.0, posinf=RANGE[1], neginf=RANGE[0]), *RANGE)
        return _Frame(finite, reframe(frame.known, frame.window, display))

    def motion(index: int) -> Fields:
        return read_fields(context.file("motion", shot.frames[index]), context.digests.fingerprint)

    indices = range(len(shot.frames))
    with (
        FrameCache(read, indices, context.resources.budget(FRAMES)) as frames,
        FrameCache(motion, indices, context.resources.budget(MOTION)) as fields,
    ):
        yield DamageShot(window, chained(context), frames, fields)


def _tensor(picture: Array) -> torch.Tensor:
    return to_tensor(np.ascontiguousarray(picture.transpose(2, 0, 1)), CPU)
