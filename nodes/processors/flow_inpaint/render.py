"""Step render: each pixel copied once from the frame that saw it best, painted where none did."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nodes.node import Step
from nodes.processors.flow_inpaint.filling import Filler, painted_frames
from nodes.processors.flow_inpaint.paint import key_identities, read_keys
from nodes.processors.flow_inpaint.register import read_takes, takes_around
from nodes.processors.motion.fields import Fields
from nodes.processors.output import open_output
from nodes.processors.stage import Stage
from vfxlib.box import Box
from vfxlib.clip import Clip
from vfxlib.fill.frame import Fill
from vfxlib.layers import FILLED, Filled, data_layers
from vfxlib.motion import Motion
from vfxlib.picture import Array
from vfxlib.render import render
from vfxlib.shot import ShotFrame
from vfxlib.tiles import Tiling
from vfxlib.work import ahead

__all__ = ["run"]

MOTION = ("forward", "backward")
PIXEL = 100  # bytes for each pixel of the plate that one frame at work takes beside the caches


def run(stage: Stage, step: Step, frames: tuple[int, ...]) -> None:
    """Render some frames of the clean plate, or of the fill that a later node takes."""
    numbers, reach = stage.shot.frames, step.reach(stage.use.params)
    takes, painted = read_takes(stage), painted_frames(stage)
    work = stage.work(
        step,
        frames,
        lambda number: {
            "takes": takes_around(stage, takes, number, reach),
            "complete": stage.identities("complete", stage.around(number, reach)),
            "artist": {str(n): stage.identity(Path(painted[n])) for n in stage.around(number, reach) if n in painted},
            "keys": key_identities(stage, number, reach),
        },
    )
    with Filler(stage, takes, painted) as filler:
        todo = work.todo()
        plate = stage.shot.display
        waiting = ahead(
            lambda number: filler.fill(number, read_keys(stage, number, reach)),
            todo,
            stage.threads_within(PIXEL * plate.width * plate.height),
        )
        fills: dict[int, Future[Fill]] = {}

        def process(clip: Clip[ShotFrame], number: int, box: Box) -> Array:
            while number not in fills:  # all boxes of a frame share its fill; frames come one after another
                fills.clear()
                fills.update([next(waiting)])
            part = fills[number].result().within(box)
            piece = np.zeros((box.height, box.width, len(FILLED)), np.float32)
            values = [*part.colour.T, part.confidence, filler.frames_between(number, part.offset), part.method]
            for channel, value in enumerate(values):
                piece[part.rows, part.columns, channel] = value
            return piece

        def layers(frame: ShotFrame, filled: Filled, wanted: Collection[str]) -> dict[str, NDArray[np.generic]]:
            moved = any(name in wanted for name in MOTION)
            fields = filler.fields[numbers.index(frame.number)] if moved else None
            return data_layers(frame, filled, {} if fields is None else _whole(fields, frame.window))

        write = open_output(stage, step, work, layers)
        feather = float(stage.values["feather"])
        render(filler.clip, todo, process, Tiling(), stage.shot.colours, feather, work, write)


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
