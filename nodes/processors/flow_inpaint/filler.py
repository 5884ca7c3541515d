"""What fills frames: sources and motion read once, artists' frames trusted, paint carried from its key frames."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.processors.flow_inpaint.paint_file import KeyPaint
from nodes.processors.flow_inpaint.painted_frames import painted_frames
from nodes.processors.flow_inpaint.takes import read_takes
from nodes.processors.motion.motion_file import Fields, read_fields
from vfxlib.errors import PictureError
from vfxlib.flow_inpaint.fill import FillSettings, fill_frame
from vfxlib.flow_inpaint.source import Source, open_source
from vfxlib.flow_inpaint.transfer import transfer_paint
from vfxlib.image.morphology import grow
from vfxlib.image.picture import Array, is_light
from vfxlib.inputs.shot import ShotFrame, to_colour
from vfxlib.io.footage import open_footage
from vfxlib.layer_names import Provenance
from vfxlib.motion import Motion
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.hole_fill import Fill

__all__ = ["Filler"]


class Filler:
    """Fills whole frames of one shot, counted by index in the job.

    context  the step at work
    """

    def __init__(self, context: StepContext) -> None:
        self._context, self._takes, self._painted = context, context.once(read_takes), context.once(painted_frames)
        self._numbers = context.shot.frames
        values = context.values
        self._settings = FillSettings(
            reach=values["reach"],
            light_match=values["light_match"],
            grain=values["grain"],
            seed=context.job.output.seed,
        )
        indices = range(len(self._numbers))
        self.clip = FrameCache(context.shot.read, self._numbers, context.resources.budget(0.15))
        self.fields = FrameCache(self._read_fields, indices, context.resources.budget(0.15))
        self._sources = FrameCache(self._open, indices, context.resources.budget(0.4))
        self._open_clips = ExitStack()

    def __enter__(self) -> Self:
        for clip in (self.clip, self.fields, self._sources):
            self._open_clips.enter_context(clip)
        return self

    def __exit__(self, *_: object) -> None:
        self._open_clips.close()

    def fill(self, number: int, keys: Mapping[int, KeyPaint]) -> Fill:
        """The fill of a frame's whole hole.

        keys  index -> paint of what no frame saw, to be carried here where it reaches
        """
        index, frame = self._numbers.index(number), self.clip[number]
        if number in self._painted:
            return self._as_painted(number, frame)
        for later in self._sources.around(index, self._settings.reach):
            if later > index:
                self._sources.prefetch(later)
        filled = fill_frame(index, frame.hole, source=self._source, motion=self._motion, settings=self._settings)
        return self._carried(index, filled, keys)

    def _carried(self, index: int, filled: Fill, keys: Mapping[int, KeyPaint]) -> Fill:
        """Put the paint of key frames where it reaches, so that what is made up stands still in the shot."""
        gap = np.flatnonzero(filled.method == Provenance.SPATIAL)
        near = {k: key for k, key in keys.items() if self._takes[k] == self._takes[index]}
        if not len(gap) or not near:
            return filled
        x, y = filled.columns[gap] + filled.window.x0, filled.rows[gap] + filled.window.y0
        sources = {k: key.source(self._context.device) for k, key in near.items()}
        transferred = transfer_paint(index, x, y, sources=sources, motion=self._motion, reach=self._settings.reach)
        colour, offset = filled.colour.copy(), filled.offset.copy()
        colour[gap[transferred.reached]] = transferred.colour[transferred.reached]
        offset[gap[transferred.reached]] = transferred.offset[transferred.reached]
        return replace(filled, colour=colour, offset=offset)

    def frames_between(self, number: int, offsets: NDArray[np.int16]) -> NDArray[np.float32]:
        """Places in the job turned into frame numbers: source frame minus this one."""
        index = self._numbers.index(number)
        apart = np.array(self._numbers) - number
        return apart[index + offsets.astype(np.intp)].astype(np.float32)

    def _read_fields(self, index: int) -> Fields:
        return read_fields(self._context.file("complete", self._numbers[index]), self._context.digests.fingerprint)

    def _open(self, index: int) -> Source:
        number = self._numbers[index]
        frame = self.clip[number]
        if number in self._painted:
            everything = np.ones(frame.hole.shape, np.bool_)
            cleaned = self._cleaned(number, frame)
            return open_source(cleaned, everything, frame.window, device=self._context.device, clean=True)
        margin = float(self._context.values["source_margin"])
        known = frame.known & ~(grow(frame.matte, margin) > 0) if margin > 0 else frame.known
        return open_source(frame.plate.pixels, known, frame.window, device=self._context.device)

    def _source(self, index: int) -> Source | None:
        if index not in self._sources:
            return None
        return self._sources[index]

    def _motion(self, a: int, b: int) -> Motion | None:
        if a not in self.fields or b not in self.fields or self._takes[a] != self._takes[b]:
            return None
        way = self.fields[a].forward if b > a else self.fields[a].backward
        return None if way is None else way.motion

    def _as_painted(self, number: int, frame: ShotFrame) -> Fill:
        """What the artist painted on this very frame."""
        rows, columns = np.nonzero(frame.hole)
        colour = self._cleaned(number, frame)[rows, columns]
        if not is_light(colour).all():
            raise PictureError(
                "the painted frame holds NaN, inf or numbers beyond all light under the matte",
                where=self._painted[number],
                fix="paint these pixels too",
            )
        count = len(rows)
        confidence, copied = np.ones(count, np.float32), np.full(count, Provenance.REGISTERED_COPY, np.uint8)
        return Fill(rows, columns, frame.window, colour, confidence, np.zeros(count, np.int16), copied)

    def _cleaned(self, number: int, frame: ShotFrame) -> Array:
        """An artist's frame, in the plate's colour, over the plate's data window."""
        raw = open_footage(self._painted[number]).guarded(self._context.digests.guard)
        picture = to_colour(raw.read(raw.frames[0]), self._context.shot.colours)
        cleaned = frame.plate.pixels.copy()
        common = picture.window & frame.window
        cleaned[common.slices(frame.window)] = picture.pixels[common.slices(picture.window)]
        return cleaned
