"""What paints frames with the network: frames and motion read once, references chosen, motion followed to them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.processors.hole_frame import surrounded
from nodes.processors.motion.motion_file import Fields, read_fields
from nodes.processors.motion.takes import read_takes
from vfxlib.confidence import confidence
from vfxlib.device import to_numpy, to_tensor
from vfxlib.grain.regrain import grain_around, lacking_grain, noise
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, Picture, WorkingColour
from vfxlib.image.reframe import reframe
from vfxlib.image.tiles import bounds
from vfxlib.inputs.shot import ShotFrame
from vfxlib.layer_names import Provenance
from vfxlib.motion import Motion
from vfxlib.motion.tracking import advance, points_at
from vfxlib.nets.sta import STEP
from vfxlib.nets.sta_clip import Painted, normalised_by, paint_hole, painted_part, read_sta
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.hole_fill import Fill

__all__ = ["StaPainter", "spread_offsets"]

FRAMES, FIELDS = 0.25, 0.1  # of the memory, beside the clip
NOWHERE = 1e6  # pixels: where a point lies that is lost


@dataclass(frozen=True)
class _Seen:
    """A frame as the network sees it.

    colour   [h w 3]  working code values, 0 where not visible
    visible  [h w]    True where it shows background that may be taken
    window   Box      that both cover
    """

    colour: Array
    visible: NDArray[np.bool_]
    window: Box

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.colour.nbytes + self.visible.nbytes


class StaPainter:
    """Paints the holes of one shot.

    context  the step at work
    """

    def __init__(self, context: StepContext) -> None:
        self._context, self._takes, self._numbers = context, context.once(read_takes), context.shot.frames
        self._network = read_sta(Path(str(context.values["weights"])), context.device)
        indices, budget = range(len(self._numbers)), context.resources.budget
        self._frames = FrameCache(self._see, indices, budget(FRAMES))
        self._fields = FrameCache(self._read_fields, indices, budget(FIELDS))

    def fill(self, frame: ShotFrame) -> Fill:
        """The fill of a frame's whole hole; the same bits whatever else was asked before."""
        rows, columns = np.nonzero(frame.hole)
        if not len(rows):
            return _filled(frame, rows, columns, np.zeros((0, 3), np.float32), np.zeros(0, np.float32), rows > 0)
        painted, mean, deviation, part = self._paint(frame)
        at = rows + frame.window.y0 - part.y0, columns + frame.window.x0 - part.x0
        working = to_numpy(painted.colour).transpose(1, 2, 0) * deviation + mean
        light = self._context.shot.colours.from_working(Picture[WorkingColour](np.ascontiguousarray(working), part))
        colour = self._with_grain(frame, light.pixels, part)[at]
        error = to_numpy(painted.error)[at] * np.float32(deviation)
        return _filled(frame, rows, columns, colour, error, to_numpy(painted.carried)[at])

    def _paint(self, frame: ShotFrame) -> tuple[Painted, Array, float, Box]:
        """What the network paints, what it is normalised by, and the part of the frame that it covers."""
        window, index = frame.window, self._numbers.index(frame.number)
        # what is visible of the frame itself, to the matte's very edge
        colour, visible = self._turned(frame, frame.known), frame.known
        device = self._context.device
        mean, deviation = normalised_by(
            to_tensor(colour.transpose(2, 0, 1)[None], device), to_tensor(visible[None, None], device).float()
        )
        size = -(-window.height // STEP) * STEP, -(-window.width // STEP) * STEP

        def tensor(colour: Array, visible: NDArray[np.bool_]) -> torch.Tensor:
            shown = to_tensor(visible[None], device).float()
            normalised = (to_tensor(colour.transpose(2, 0, 1), device) - mean[0]) / deviation[0] * shown
            below, right = size[0] - window.height, size[1] - window.width
            return torch.nn.functional.pad(torch.cat((normalised, shown)), (0, right, 0, below))

        part = painted_part(_moved(bounds(frame.hole, window), -window.x0, -window.y0), size)
        where = _moved(part, window.x0, window.y0)

        def references() -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
            for offset, flow in self._flows(index, where):
                other = self._frames[index + offset]
                seen = reframe(other.colour, other.window, window), reframe(other.visible, other.window, window)
                yield tensor(*seen), to_tensor(flow, device)

        painted = paint_hole(self._network, tensor(colour, visible), part, references())
        return painted, to_numpy(mean)[0, :, 0, 0], float(deviation), where

    def _flows(self, index: int, part: Box) -> Iterator[tuple[int, Array]]:
        """The references of a frame, and where each shows a part of it: offset, [2 h w] pixels x y."""
        reach, most = int(self._context.values["reach"]), int(self._context.values["references"])
        inside = [o for o in range(-reach, reach + 1) if o and self._takes.get(index + o) == self._takes[index]]
        wanted = spread_offsets(inside, most)
        x, y = (each.ravel() for each in np.meshgrid(np.arange(part.x0, part.x1), np.arange(part.y0, part.y1)))
        for sign in (1, -1):
            points = points_at(x, y)
            for step in range(1, max((sign * o for o in wanted), default=0) + 1):
                onward = self._motion(index + sign * (step - 1), index + sign * step)
                if onward is None:
                    break
                points = advance(points, onward)
                if sign * step in wanted:
                    flow = np.stack([points.x - x, points.y - y]).reshape(2, part.height, part.width)
                    yield sign * step, np.nan_to_num(flow, nan=NOWHERE).astype(np.float32)

    def _motion(self, a: int, b: int) -> Motion | None:
        way = self._fields[a].forward if b > a else self._fields[a].backward
        return None if way is None else way.motion.resized(self._context.shot.display.size)

    def _read_fields(self, index: int) -> Fields:
        return read_fields(self._context.file("complete", self._numbers[index]), self._context.digests.fingerprint)

    def _see(self, index: int) -> _Seen:
        frame = self._context.clip[self._numbers[index]]
        visible = frame.known_beyond(float(self._context.values["source_margin"]))
        return _Seen(self._turned(frame, visible), visible, frame.window)

    def _turned(self, frame: ShotFrame, visible: NDArray[np.bool_]) -> Array:
        """Working colour, 0 where not visible."""
        working = self._context.shot.colours.to_working(frame.plate).pixels
        return np.where(visible[..., None], working, np.float32(0))

    def _with_grain(self, frame: ShotFrame, light: Array, part: Box) -> Array:
        """The painting with the grain that it lacks beside its surroundings: what was carried brings some along."""
        amount = float(self._context.values["grain"])
        if amount == 0:
            return light
        box = part & frame.window
        own, hole = box.slices(part), frame.hole[box.slices(frame.window)]
        picture = surrounded(frame, light[own], box)
        lack = lacking_grain(picture, grain_around(frame), hole.astype(np.float32), amount)
        rough = light.copy()
        rough[own] += lack * noise(self._context.job.output.seed, frame.number, box, frame.window)
        return rough


def spread_offsets(inside: list[int], most: int) -> list[int]:
    """Choose some of the offsets of frames, evenly to both sides, the nearest among them.

    inside  offsets, rising
    most    how many at most
    """
    if len(inside) <= most:
        return inside
    nearest = sorted(inside, key=lambda offset: (abs(offset), offset))
    return sorted({nearest[round(i * (len(nearest) - 1) / max(1, most - 1))] for i in range(most)})


def _moved(box: Box, x: int, y: int) -> Box:
    return Box(box.x0 + x, box.y0 + y, box.x1 + x, box.y1 + y)


def _filled(
    frame: ShotFrame,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    colour: Array,
    error: Array,
    carried: NDArray[np.bool_],
) -> Fill:
    """The fill: what no reference shows is a spatial fill, and nothing sure is known of it."""
    count = len(rows)
    return Fill(
        rows,
        columns,
        frame.window,
        np.asarray(colour, np.float32),
        np.where(carried, confidence(error), np.float32(0)),
        np.zeros(count, np.int16),
        np.where(carried, Provenance.FITTED, Provenance.SPATIAL).astype(np.uint8),
        np.zeros((count, 0), np.float32),
    )
