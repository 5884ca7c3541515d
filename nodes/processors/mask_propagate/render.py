"""Step render: the carried matte at the plate's resolution with the key's edge, beside the untouched plate."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.engine.output import open_output
from nodes.node import Step
from nodes.processors.mask_propagate.matte_file import carried_file, read_carried
from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.reframe import reframe
from vfxlib.image.tiles import Tiling
from vfxlib.inputs.keys import Keys
from vfxlib.inputs.shot import ShotFrame
from vfxlib.mask_propagate.edge import FinishedMatte, edge_width, finish
from vfxlib.pipeline.fingerprint import FileState, file_state
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.frame_tasks import map_ahead
from vfxlib.pipeline.merge import Merged
from vfxlib.render import render

__all__ = ["run"]

PIXEL = 100  # bytes for each pixel of the plate that a frame at work takes beside the clip
CUT = 0.5  # of the matte: from here on a pixel is an object's
RANGE = (-0.25, 1.5)  # working code values in which edges are looked for


def run(context: StepContext, step: Step, frames: tuple[int, ...]) -> None:
    """Render some frames; several are finished at once, each by one core."""
    work = context.work(
        step, frames, lambda number: {"keys": context.keys, "carry": context.identity(carried_file(context, number))}
    )
    todo, plate, keys = work.todo(), context.shot.display, _keys(context)
    with FrameCache(context.shot.read, context.shot.frames, context.budget(0.3)) as clip:
        width = edge_width(keys.read(number).coverage for number in keys.frames) if todo else 0.0
        threads = context.threads_within(PIXEL * plate.width * plate.height)
        waiting = map_ahead(lambda number: _finish(context, keys, clip[number], width), todo, threads)
        made: dict[int, Future[FinishedMatte]] = {}

        def layers(frame: ShotFrame, filled: Merged, wanted: Collection[str]) -> dict[str, NDArray[np.generic]]:
            while frame.number not in made:  # a frame that cannot be read never comes here
                made.clear()
                made.update([next(waiting)])
            return _layers(made[frame.number].result(), plate, frame.window)

        write = open_output(context, step, work, layers)
        render(clip, todo, _nothing, Tiling(), context.shot.colours, 0.0, work, write)


def _nothing(clip: FrameCache[ShotFrame], number: int, box: Box) -> Array:
    raise AssertionError("nothing of the plate is replaced")


def _keys(context: StepContext) -> Keys:
    keys = context.shot.keys
    assert keys is not None, "a job without keys is not begun"
    return keys


def _finish(context: StepContext, keys: Keys, frame: ShotFrame, width: float) -> FinishedMatte:
    """A frame's matte over the display window.

    width  pixels over which its edge rises
    """
    colour, number = context.shot.colours.to_working(frame.plate), frame.number
    # what is not known is black: an edge must be found there too; a pixel beyond all measure must not make one
    working = np.nan_to_num(
        reframe(colour.pixels, colour.window, context.shot.display), nan=0.0, posinf=0.0, neginf=0.0
    )
    np.clip(working, *RANGE, out=working)
    path, grow, soften = carried_file(context, number), context.values["grow"], context.values["soften"]
    # what an artist has put in its place counts more than the key
    key = keys.read(number) if number in keys and file_state(path, "") is not FileState.FOREIGN else None
    finished = finish(working, read_carried(path), key, width, grow, soften)
    if not np.isfinite(finished.matte).all():
        raise PictureError(
            "the matte that comes of it holds NaN or inf", where=path, fix="delete it and carry it again"
        )
    return finished


def _layers(finished: FinishedMatte, display: Box, window: Box) -> dict[str, NDArray[np.generic]]:
    """The layers over the plate's data window; nothing is told of what lies outside the display window.

    returns  an index wherever the matte as written is at least 0.5, so that both tell the same
    """
    matte, effect, confidence = (
        reframe(np.clip(pixels, 0, 1).astype(np.float16), display, window)
        for pixels in (finished.matte, finished.effect, finished.confidence)
    )
    index = reframe(finished.index.astype(np.float32), display, window)
    return {
        "matte.A": matte,
        "index.A": np.where(matte >= CUT, index, np.float32(0)),
        "effect.A": effect,
        "confidence.A": confidence,
    }
