"""Step render: each pixel copied once from the frame that saw it best, painted where none did."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.engine.frame_step import frame_tasks, render_frames
from nodes.processors.flow_inpaint.filler import PIXEL, Filler, Motions, work_share
from nodes.processors.flow_inpaint.paint_index import read_paint_index
from nodes.processors.hole_frame import fill_by_box
from nodes.processors.paint_file import keys_near
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.inputs.shot import ShotFrame
from vfxlib.layer_names import BACKWARD, FORWARD, STMAP
from vfxlib.motion import Motion
from vfxlib.pipeline.merge import Merged, fill_layers
from vfxlib.pipeline.stmap import fill_stmap
from vfxlib.render import OpenFrame

__all__ = ["run"]


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Render some frames of the clean plate, or of the fill that a later node takes."""
    plate, tasks, filler = context.shot.display, frame_tasks(context, frames), Filler(context)

    def open_frame(frame: ShotFrame) -> OpenFrame:
        number = frame.number
        fill = filler.fill(number, keys_near(context, context.once(read_paint_index), number))

        def layers(merged: Merged, wanted: Collection[str]) -> dict[str, NDArray[np.generic]]:
            moved = FORWARD in wanted or BACKWARD in wanted
            motions = filler.motions[context.shot.frames.index(number)] if moved else None
            motion = {} if motions is None else _motion_layers(motions, frame.window)
            return {**fill_layers(merged), **motion, **(fill_stmap(fill, plate) if STMAP in wanted else {})}

        return OpenFrame(fill_by_box(context, number, fill), layers)

    size = PIXEL * plate.width * plate.height
    render_frames(context, filler.clip, tasks, open_frame, size, share=work_share(context))


def _motion_layers(motions: Motions, window: Box) -> dict[str, Array]:
    """Both motions at every pixel of the data window as files hold them, y up; 0 where there is no such frame."""
    channels = {}
    for name, motion in ((FORWARD, motions.forward), (BACKWARD, motions.backward)):
        nothing = np.zeros((window.height, window.width, 2), np.float32)
        moved = nothing if motion is None else _at_pixels(motion, window)
        channels[f"{name}.u"], channels[f"{name}.v"] = moved[..., 0], -moved[..., 1]
    return channels


def _at_pixels(motion: Motion, window: Box) -> Array:
    moved = np.empty((window.height, window.width, 2), np.float32)
    x = np.arange(window.x0, window.x1, dtype=np.float64)
    for y in range(window.y0, window.y1, 64):  # strips: double precision of a whole 4K frame would be half a GiB
        rows = np.arange(y, min(y + 64, window.y1), dtype=np.float64)
        moved[y - window.y0 : y - window.y0 + len(rows)] = motion.grid_displacement(x, rows)
    return moved
