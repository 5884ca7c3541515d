"""The frames of a shot at both resolutions, as ResidualHiRes takes detail from them, counted by index in the job."""

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.processors.painted_frames import cleaned_frame, painted_frames
from vfxlib.errors import SequenceError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, LinearColour, Picture, is_light
from vfxlib.image.reframe import reframe
from vfxlib.inputs.reduced import Reduction
from vfxlib.inputs.shot import ShotFrame
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.residual_hires.frames import LowFrame
from vfxlib.residual_hires.plate_frame import PlateFrame, open_plate_frame
from vfxlib.residual_hires.scales import Scales
from vfxlib.spatial_fill.smooth import smooth_inpaint

__all__ = ["ShotFrames"]

LOW, PLATES = 0.1, 0.3  # of the memory, beside the clip


class ShotFrames:
    """Frames opened when asked for, as many kept as there is room for.

    context          any step of the node
    scales           of plate and fill
    says_confidence  False of an artist's own picture: it is kept as it is, and nobody promises how good it is
    low              index -> the frame at the fill's resolution
    plate            index -> its residuals
    """

    def __init__(self, context: StepContext) -> None:
        self._context, self._painted, shot = context, context.once(painted_frames), context.shot
        self._numbers, indices, budget = shot.frames, range(len(shot.frames)), context.resources.kept_budget
        _, low = context.upstream.read_low(self._numbers[0])
        self.says_confidence = context.upstream.says_confidence(self._numbers[0])
        self._reduction = Reduction(shot.display, low)
        self.scales = Scales(shot.display.size, low.size)
        self.low = FrameCache(self._open_low, indices, budget(LOW))
        self.plate = FrameCache(self._open_plate, indices, budget(PLATES))
        self._told_bare = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.low.__exit__(kind, error, trace)
        self.plate.__exit__(kind, error, trace)

    def _clean(self, index: int) -> tuple[Array, NDArray[np.bool_], ShotFrame]:
        """A frame's colour, and where it may be copied from: an artist's frame everywhere."""
        number = self._numbers[index]
        frame = self._context.clip[number]
        if number in self._painted:
            pixels = cleaned_frame(self._context, number, frame)
            return pixels, is_light(pixels), frame
        return frame.plate.pixels, frame.known_beyond(float(self._context.values["source_margin"])), frame

    def _open_low(self, index: int) -> LowFrame:
        pixels, known, frame = self._clean(index)
        low = self._reduced(index, pixels, known, frame)
        # of a large plate no frame is read twice, once for each resolution
        self.plate.offer(index, lambda: open_plate_frame(pixels, known, frame.window, low.colour, self.scales))
        return low

    def _reduced(self, index: int, pixels: Array, known: NDArray[np.bool_], frame: ShotFrame) -> LowFrame:
        fill, display = self._context.upstream.read_low(self._numbers[index])
        self._check_size(self._numbers[index], display)
        plate, share = self._reduction.light(Picture[LinearColour](pixels, frame.window), is_light(pixels))
        colour = reframe(np.nan_to_num(plate.pixels), plate.window, display)
        whole = reframe(share, plate.window, display) > 0.999
        hole = reframe(self._reduction.matte((~known).astype(np.float32), frame.window), plate.window, display) > 0
        if self._numbers[index] in self._painted:
            return LowFrame(colour, whole & ~hole, np.where(whole & ~hole, np.float32(1), np.float32(0)))
        matte = reframe(self._reduction.matte(frame.matte, frame.window), plate.window, display) > 0
        taken = matte | ~whole
        filled = reframe(fill.colour.pixels, fill.colour.window, display)
        has = reframe(fill.known, fill.colour.window, display)
        colour = np.where((taken & has)[..., None], filled, colour)
        if (bare := matte & ~has).any():
            # what must go would shine through where the fill has no value
            self._tell_bare(self._numbers[index])
            colour[bare] = smooth_inpaint(colour, (whole & ~hole) | (taken & has), bare)
        own = fill.confidence if self.says_confidence else fill.known.astype(np.float32)
        confidence = np.where(taken, reframe(own, fill.colour.window, display), np.float32(1))
        return LowFrame(colour.astype(np.float32), whole & ~hole, confidence.astype(np.float32))

    def _fill_path(self, number: int) -> Path:
        fill = self._context.upstream.fill
        assert fill is not None, "a job in which a fill is missing is not begun"
        return fill.footage.path(number)

    def _check_size(self, number: int, display: Box) -> None:
        low = self._reduction.low
        if display != low:
            own, first = (f"{box.width}x{box.height}" for box in (display, low))
            raise SequenceError(
                f"the fill is {own}, and {first} on frame {self._numbers[0]}",
                where=self._fill_path(number),
                fix=f"make it {first}, or delete it so that it is made again",
            )

    def _tell_bare(self, number: int) -> None:
        if not self._told_bare:
            self._told_bare = True
            words = f"{self._context.name}: on frame {number}, maybe on others, the fill lacks some of what must go"
            self._context.progress.message(f"{words}; that is painted from around it")

    def _open_plate(self, index: int) -> PlateFrame:
        pixels, known, frame = self._clean(index)
        return open_plate_frame(pixels, known, frame.window, self.low[index].colour, self.scales)
