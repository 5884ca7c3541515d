"""Step render: the carried matte at the plate's resolution with the key's edge, beside the untouched plate."""

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.engine.frame_step import frame_tasks, render_frames
from nodes.processors.mask_propagate.matte_file import carried_file, read_carried
from nodes.processors.mask_propagate.method import finds_damage
from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.image.reframe import reframe
from vfxlib.inputs.shot import ShotFrame
from vfxlib.layer_names import CONFIDENCE, EFFECT, INDEX, MATTE, OBJECT_THRESHOLD
from vfxlib.mask_propagate.edge import FinishedMatte, edge_width, finish
from vfxlib.pipeline.fill_block import FillBlock
from vfxlib.pipeline.fingerprint import FileState
from vfxlib.render import OpenFrame

__all__ = ["run"]

PIXEL = 100  # bytes for each pixel of the plate that a frame at work takes beside the clip
RANGE = (-0.25, 1.5)  # working code values in which edges are looked for


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Render some frames; several are finished at once, each by one core."""
    tasks, plate, keys = frame_tasks(context, frames), context.shot.display, context.keys
    # damage was found in the plate's own pixels, so its edge is where it is
    sharp = bool(tasks.unfinished) and not finds_damage(context)
    width = edge_width(keys.read(number).coverage for number in keys.frames) if sharp else None

    def open_frame(frame: ShotFrame) -> OpenFrame:
        finished = _finish(context, frame, width)
        return OpenFrame(_replaces_nothing, lambda merged, wanted: _layers(finished, plate, frame.window))

    render_frames(context, context.clip, tasks, open_frame, PIXEL * plate.width * plate.height)


def _replaces_nothing(box: Box) -> FillBlock:
    raise AssertionError("a shot without a matte has no hole")


def _finish(context: StepContext, frame: ShotFrame, width: float | None) -> FinishedMatte:
    """A frame's matte over the display window.

    width  pixels over which its edge rises; None leaves the edge as it was carried
    """
    keys, number = context.keys, frame.number
    colour = context.shot.colours.to_working(frame.plate)
    # what is not known is black: an edge must be found there too; a pixel beyond all measure must not make one
    working = np.nan_to_num(
        reframe(colour.pixels, colour.window, context.shot.display), nan=0.0, posinf=0.0, neginf=0.0
    )
    np.clip(working, *RANGE, out=working)
    path, grow, soften = carried_file(context, number), context.values["grow"], context.values["soften"]
    # what an artist has put in its place counts more than the key
    key = keys.read(number) if number in keys and context.state(path, "") is not FileState.FOREIGN else None
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
        MATTE: matte,
        INDEX: np.where(matte >= OBJECT_THRESHOLD, index, np.float32(0)),
        EFFECT: effect,
        CONFIDENCE: confidence,
    }
