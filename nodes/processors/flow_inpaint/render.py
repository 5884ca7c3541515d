"""Step render: each pixel copied once from the frame that saw it best, painted where none did."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.engine.output import open_output
from nodes.node import Step
from nodes.processors.flow_inpaint.filler import Filler, painted_frames
from nodes.processors.flow_inpaint.paint import key_identities, read_keys
from nodes.processors.flow_inpaint.register import read_takes, takes_around
from nodes.processors.motion.motion_file import Fields
from vfxlib.flow_inpaint.fill import Fill
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.tiles import Tiling
from vfxlib.inputs.shot import ShotFrame
from vfxlib.motion import Motion
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.frame_tasks import map_ahead
from vfxlib.pipeline.merge import FILLED, Merged, data_layers
from vfxlib.render import render

__all__ = ["run"]

MOTION = ("forward", "backward")
PIXEL = 100  # bytes for each pixel of the plate that one frame at work takes beside the caches


def run(context: StepContext, step: Step, frames: tuple[int, ...]) -> None:
    """Render some frames of the clean plate, or of the fill that a later node takes."""
    numbers, reach = context.shot.frames, step.reach(context.job_node.params)
    takes, painted = read_takes(context), painted_frames(context)
    work = context.work(
        step,
        frames,
        lambda number: {
            "takes": takes_around(context, takes, number, reach),
            "complete": context.identities("complete", context.around(number, reach)),
            "artist": {
                str(n): context.identity(Path(painted[n])) for n in context.around(number, reach) if n in painted
            },
            "keys": key_identities(context, number, reach),
        },
    )
    with Filler(context, takes, painted) as filler:
        todo = work.todo()
        plate = context.shot.display
        waiting = map_ahead(
            lambda number: filler.fill(number, read_keys(context, number, reach)),
            todo,
            context.threads_within(PIXEL * plate.width * plate.height),
        )
        fills: dict[int, Future[Fill]] = {}

        def process(clip: FrameCache[ShotFrame], number: int, box: Box) -> Array:
            while number not in fills:  # all boxes of a frame share its fill; frames come one after another
                fills.clear()
                fills.update([next(waiting)])
            part = fills[number].result().within(box)
            piece = np.zeros((box.height, box.width, len(FILLED)), np.float32)
            values = [*part.colour.T, part.confidence, filler.frames_between(number, part.offset), part.method]
            for channel, value in enumerate(values):
                piece[part.rows, part.columns, channel] = value
            return piece

        def layers(frame: ShotFrame, filled: Merged, wanted: Collection[str]) -> dict[str, NDArray[np.generic]]:
            moved = any(name in wanted for name in MOTION)
            fields = filler.fields[numbers.index(frame.number)] if moved else None
            return data_layers(frame, filled, {} if fields is None else _whole(fields, frame.window))

        write = open_output(context, step, work, layers)
        feather = float(context.values["feather"])
        render(filler.clip, todo, process, Tiling(), context.shot.colours, feather, work, write)


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
