"""What gives frames their detail: both resolutions and the motion, read once, counted by index in the job."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.processors.motion.chain import join_of
from nodes.processors.motion.motion_file import Fields, read_fields
from nodes.processors.motion.takes import read_takes
from nodes.processors.paint_file import KeyPaint
from nodes.processors.painted_frames import as_painted, cleaned_frame, painted_frames
from vfxlib.errors import SequenceError
from vfxlib.image.box import Box
from vfxlib.image.morphology import grow
from vfxlib.image.picture import Array, LinearColour, Picture, is_light
from vfxlib.image.reframe import reframe
from vfxlib.inputs.reduced import Reduction
from vfxlib.inputs.shot import ShotFrame
from vfxlib.layer_names import STMAP
from vfxlib.motion import Chain, Join, Motion, link
from vfxlib.motion.field import rescaled
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.hole_fill import Fill
from vfxlib.residual_hires.fill import Settings, fill_frame
from vfxlib.residual_hires.frames import LowFrame, Shot, Target
from vfxlib.residual_hires.matching import Matching
from vfxlib.residual_hires.plate_frame import PlateFrame, open_plate_frame
from vfxlib.residual_hires.scales import Scales
from vfxlib.spatial_fill.smooth import smooth_inpaint

__all__ = ["Detailer"]


class Detailer:
    """Gives the fills of one shot their detail.

    context  the step at work
    """

    def __init__(self, context: StepContext) -> None:
        self._context, self._takes, self._painted = context, context.once(read_takes), context.once(painted_frames)
        self._numbers, values, shot = context.shot.frames, context.values, context.shot
        self._settings = Settings(
            matching=Matching(references=int(values["references"]), reach=int(values["reach"])),
            grain=float(values["grain"]),
            seed=context.job.output.seed,
            places=STMAP in context.layers,
        )
        indices, budget = range(len(self._numbers)), context.resources.budget
        _, low = context.upstream.read_low(self._numbers[0])
        # an artist's own picture is kept as it is, and nobody promises how good it is
        self._says_confidence = context.upstream.says_confidence(self._numbers[0])
        self._reduction = Reduction(shot.display, low)
        self._scales = Scales(shot.display.size, low.size)
        self.clip = FrameCache(shot.read, self._numbers, budget(0.08))
        self._low = FrameCache(self._open_low, indices, budget(0.1))
        self._fields = FrameCache(self._read_fields, indices, budget(0.1))
        self._plates = FrameCache(self._open_plate, indices, budget(0.35))
        self._joins: dict[int, Join | None] = {}
        self._told_bare = False
        self._open_clips = ExitStack()

    def __enter__(self) -> Self:
        for clip in (self.clip, self._low, self._fields, self._plates):
            self._open_clips.enter_context(clip)
        return self

    def __exit__(self, *_: object) -> None:
        self._open_clips.close()

    def fill(self, number: int, anchors: Mapping[int, KeyPaint]) -> Fill:
        """The fill of a frame's whole hole.

        anchors  index -> a finished frame, whose detail is carried here where no frame shows any
        """
        index, frame = self._numbers.index(number), self.clip[number]
        if number in self._painted:
            return as_painted(self._context, number, frame, places=self._settings.places)
        finished = {i: self._open_anchor(i, key) for i, key in anchors.items() if i != index}
        shot = Shot(
            self._scales,
            self._low.__getitem__,
            self._plates.__getitem__,
            self._motion,
            self._chain(number),
            finished.get,
            tuple(finished),
        )
        target = Target(frame.plate.pixels, frame.known, frame.hole, frame.window)
        filled = fill_frame(index, number, target, shot, self._settings)
        if self._says_confidence:
            return filled
        return replace(filled, confidence=np.zeros_like(filled.confidence))

    def _chain(self, number: int) -> Chain:
        """The chain around a frame; no bit of it hangs on what lies beyond."""
        near = [self._numbers.index(other) for other in self._context.around(number)]
        cuts = {b for a, b in pairwise(near) if self._takes[a] != self._takes[b]}
        joins = {index: join for index in near[:-1] if (join := self._join(index)) is not None}
        chain = link(near, joins, cuts)
        motion_size = next((m.size for i in near if (m := self._own_motion(i)) is not None), self._scales.full)
        scale = self._scales.full[0] / motion_size[0], self._scales.full[1] / motion_size[1]
        places = {index: rescaled(place, scale) for index, place in chain.from_first.items()}
        return Chain(chain.frames, places, chain.take, chain.locked)

    def _join(self, index: int) -> Join | None:
        if index not in self._joins:
            self._joins[index] = join_of(self._context, index)
        return self._joins[index]

    def _own_motion(self, index: int) -> Motion | None:
        fields = self._fields[index]
        return next((way.motion for way in (fields.forward, fields.backward) if way is not None), None)

    def _motion(self, a: int, b: int) -> Motion | None:
        if a not in self._fields or b not in self._fields or self._takes[a] != self._takes[b]:
            return None
        way = self._fields[a].forward if b > a else self._fields[a].backward
        return None if way is None else way.motion.resized(self._scales.full)

    def _read_fields(self, index: int) -> Fields:
        return read_fields(self._context.file("complete", self._numbers[index]), self._context.digests.fingerprint)

    def _clean(self, index: int) -> tuple[Array, NDArray[np.bool_], ShotFrame]:
        """A frame's colour, and where it may be copied from: an artist's frame everywhere."""
        number = self._numbers[index]
        frame = self.clip[number]
        if number in self._painted:
            pixels = cleaned_frame(self._context, number, frame)
            return pixels, is_light(pixels), frame
        margin = float(self._context.values["source_margin"])
        known = frame.known & ~(grow(frame.matte, margin) > 0) if margin > 0 else frame.known
        return frame.plate.pixels, known, frame

    def _open_low(self, index: int) -> LowFrame:
        pixels, known, frame = self._clean(index)
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
        own = fill.confidence if self._says_confidence else fill.known.astype(np.float32)
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
        return open_plate_frame(pixels, known, frame.window, self._low[index].colour, self._scales)

    def _open_anchor(self, index: int, key: KeyPaint) -> PlateFrame:
        return open_plate_frame(key.pixels, key.known, key.window, self._low[index].colour, self._scales)
