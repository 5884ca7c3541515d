"""Step render: each pixel copied once from the frame that saw it best, painted where none did."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nodes.node import Step as NodeStep
from nodes.processors.flow_inpaint.fields import Fields, read_fields
from nodes.processors.flow_inpaint.register import read_takes, takes_around
from nodes.processors.output import open_output
from nodes.processors.stage import Stage
from vfxlib.box import Box
from vfxlib.clip import Clip
from vfxlib.errors import PictureError, SequenceError
from vfxlib.fill.follow import Step
from vfxlib.fill.frame import COPY, Fill, Wishes, fill_frame
from vfxlib.fill.source import Source, open_source
from vfxlib.footage import open_footage
from vfxlib.layers import FILLED
from vfxlib.matte import grow
from vfxlib.motion import Motion
from vfxlib.picture import Array
from vfxlib.render import render
from vfxlib.shot import ShotFrame, to_colour
from vfxlib.tiles import Tiling

__all__ = ["run"]


def run(stage: Stage, step: NodeStep, frames: tuple[int, ...]) -> None:
    """Render some frames of the clean plate, or of the fill that a later node takes."""
    numbers, reach = stage.shot.frames, step.reach(stage.use.params)
    takes = read_takes(stage)
    painted = {int(n): str(path) for n, path in stage.values["paint"]}
    _check_painted(stage, painted)
    work = stage.work(
        step,
        frames,
        lambda number: {
            "takes": takes_around(stage, takes, number, reach),
            "complete": stage.identities("complete", stage.around(number, reach)),
            "paint": {str(n): stage.identity(Path(painted[n])) for n in stage.around(number, reach) if n in painted},
        },
    )
    fields = Clip(
        lambda place: read_fields(stage.file("complete", numbers[place])), range(len(numbers)), stage.budget(0.2)
    )
    clip = Clip(stage.shot.read, numbers, stage.budget(0.5))
    with fields, clip:
        filler = _Filler(stage, clip, fields, painted, takes)

        def process(clip: Clip[ShotFrame], number: int, box: Box) -> Array:
            part = filler.fill(number).within(box)
            piece = np.zeros((box.height, box.width, len(FILLED)), np.float32)
            values = [*part.colour.T, part.confidence, filler.frames_between(number, part.offset), part.method]
            for channel, value in enumerate(values):
                piece[part.rows, part.columns, channel] = value
            return piece

        def motion(number: int, window: Box) -> dict[str, Array]:
            return _whole(fields[numbers.index(number)], window)

        write = open_output(stage, step, work, motion)
        feather = float(stage.values["feather"])
        render(clip, work.todo(), process, Tiling(), stage.shot.colours, feather, work, write)


class _Filler:
    """Fills whole frames once, for as many boxes as are asked of the frame."""

    def __init__(
        self,
        stage: Stage,
        clip: Clip[ShotFrame],
        fields: Clip[Fields],
        painted: dict[int, str],
        takes: dict[int, int],
    ) -> None:
        self._stage, self._clip, self._fields, self._painted = stage, clip, fields, painted
        self._takes = takes
        self._numbers = stage.shot.frames
        self._fills: OrderedDict[int, Fill] = OrderedDict()
        values = stage.values
        self._wishes = Wishes(
            reach=values["reach"],
            light_match=values["light_match"],
            grain=values["grain"],
            seed=stage.job.output.seed,
        )

    def fill(self, number: int) -> Fill:
        """The fill of a frame's whole hole."""
        if number not in self._fills:
            self._fills.clear()  # frames come one after another
            place, frame = self._numbers.index(number), self._clip[number]
            if number in self._painted:
                self._fills[number] = self._as_painted(number, frame)
                return self._fills[number]
            for ahead in range(place + 1, min(place + 1 + self._wishes.reach, len(self._numbers))):
                self._clip.prefetch(self._numbers[ahead])
            self._fills[number] = fill_frame(
                place, frame.hole, source=self._source, motion=self._motion, wishes=self._wishes
            )
        return self._fills[number]

    def frames_between(self, number: int, offsets: NDArray[np.int16]) -> NDArray[np.float32]:
        """Places in the job turned into frame numbers: source frame minus this one."""
        place = self._numbers.index(number)
        apart = np.array(self._numbers) - number
        return apart[place + offsets.astype(np.intp)].astype(np.float32)

    def _source(self, place: int) -> Source | None:
        if not 0 <= place < len(self._numbers):
            return None
        number = self._numbers[place]
        frame = self._clip[number]
        if number in self._painted:
            cleaned = self._cleaned(number, frame)
            return open_source(
                cleaned, np.ones(frame.hole.shape, np.bool_), frame.window, device=self._stage.device, clean=True
            )
        margin = float(self._stage.values["source_margin"])
        known = frame.known & ~(grow(frame.matte, margin) > 0) if margin > 0 else frame.known
        return open_source(frame.plate.pixels, known, frame.window, device=self._stage.device)

    def _as_painted(self, number: int, frame: ShotFrame) -> Fill:
        """What the artist painted on this very frame."""
        rows, columns = np.nonzero(frame.hole)
        colour = self._cleaned(number, frame)[rows, columns]
        if not np.isfinite(colour).all():
            raise PictureError(
                "the painted frame holds NaN or inf under the matte",
                where=self._painted[number],
                fix="paint these pixels too",
            )
        sure = np.ones(len(rows), np.float32)
        copied = np.full(len(rows), COPY, np.uint8)
        return Fill(rows, columns, frame.window, colour, sure, np.zeros(len(rows), np.int16), copied)

    def _cleaned(self, number: int, frame: ShotFrame) -> Array:
        """An artist's frame: in the plate's encoding if it is an EXR, as the plate's own windows have it."""
        raw = open_footage(self._painted[number])
        picture = to_colour(raw.read(raw.frames[0]), self._stage.shot.colours)
        cleaned = frame.plate.pixels.copy()
        common = picture.window & frame.window
        cleaned[common.slices(frame.window)] = picture.pixels[common.slices(picture.window)]
        return cleaned

    def _motion(self, a: int, b: int) -> Step | None:
        if not (0 <= a < len(self._numbers) and 0 <= b < len(self._numbers)) or self._takes[a] != self._takes[b]:
            return None
        way = self._fields[a].forward if b > a else self._fields[a].backward
        return None if way is None else Step(way.motion.homography, way.motion.residual, way.motion.size)


def _whole(fields: Fields, window: Box) -> dict[str, Array]:
    """Both motions at every pixel of the data window; 0 where there is no such frame."""
    found = {}
    for name, way in (("forward", fields.forward), ("backward", fields.backward)):
        if way is None:
            found[name] = np.zeros((window.height, window.width, 2), np.float32)
        else:
            found[name] = _at_pixels(way.motion, window)
    return found


def _at_pixels(motion: Motion, window: Box) -> Array:
    moved = np.empty((window.height, window.width, 2), np.float32)
    x = np.arange(window.x0, window.x1, dtype=np.float64)
    for y in range(window.y0, window.y1, 64):  # strips: double precision of a whole 4K frame would be half a GiB
        rows = np.arange(y, min(y + 64, window.y1), dtype=np.float64)
        points = np.stack(np.meshgrid(x, rows), axis=-1)
        moved[y - window.y0 : y - window.y0 + len(rows)] = motion.displacement(points)
    return moved


def _check_painted(stage: Stage, painted: dict[int, str]) -> None:
    for number, path in painted.items():
        if number not in stage.shot.frames:
            raise SequenceError(
                f"frame {number} is not in the job", where="--paint", fix="paint a frame of the job, or widen --frames"
            )
        footage = open_footage(path)
        size, wanted = footage.header(footage.frames[0]).display.size, stage.shot.display.size
        if size != wanted:
            raise SequenceError(
                f"the painted frame is {size[0]}x{size[1]}, the plate {wanted[0]}x{wanted[1]}",
                where=path,
                fix="paint it at the plate's size",
            )
