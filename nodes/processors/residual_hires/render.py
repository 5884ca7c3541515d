"""Step render: every frame's fill with the detail that other frames, anchors and its surroundings have."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.engine.frame_step import frame_tasks, render_frames
from nodes.processors.hole_frame import fill_by_box
from nodes.processors.residual_hires.anchor_index import read_anchor_index
from nodes.processors.residual_hires.detailer import Detailer
from vfxlib.inputs.shot import ShotFrame
from vfxlib.layer_names import BACKWARD, FORWARD, STMAP
from vfxlib.pipeline.merge import Merged, fill_layers
from vfxlib.pipeline.stmap import fill_stmap
from vfxlib.render import OpenFrame

__all__ = ["run"]

PIXEL = 200  # bytes for each pixel of the plate that one frame at work takes beside the caches
WORK = 0.35  # of the memory for frames at work, beside what the detailer takes


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Render some frames of the clean plate, or of the fill that a later node takes."""
    plate, tasks, detailer = context.shot.display, frame_tasks(context, frames), Detailer(context)

    def open_frame(frame: ShotFrame) -> OpenFrame:
        number = frame.number
        fill = detailer.fill(number, context.once(read_anchor_index).near(context.around(number)))

        def layers(merged: Merged, wanted: Collection[str]) -> dict[str, NDArray[np.generic]]:
            moved = FORWARD in wanted or BACKWARD in wanted
            passed = context.upstream.read_motion(number, frame.window) if moved else {}
            return {**fill_layers(merged), **passed, **(fill_stmap(fill, plate) if STMAP in wanted else {})}

        return OpenFrame(fill_by_box(context, number, fill), layers)

    render_frames(context, context.clip, tasks, open_frame, PIXEL * plate.width * plate.height, share=WORK)
