"""Step render: every frame's hole painted by the network from other frames."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.engine.frame_step import frame_tasks, render_frames
from nodes.processors.hole_frame import fill_by_box
from nodes.processors.sta_net.cost import PIXEL
from nodes.processors.sta_net.painter import StaPainter
from vfxlib.inputs.shot import ShotFrame
from vfxlib.pipeline.merge import Merged, fill_layers
from vfxlib.render import OpenFrame

__all__ = ["run"]


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Render some frames of the clean plate, or of the fill that a later node takes."""
    plate, tasks, painter = context.shot.display, frame_tasks(context, frames), StaPainter(context)

    def open_frame(frame: ShotFrame) -> OpenFrame:
        fill = painter.fill(frame)

        def layers(merged: Merged, wanted: Collection[str]) -> dict[str, NDArray[np.generic]]:
            return {**fill_layers(merged)}

        return OpenFrame(fill_by_box(context, frame.number, fill), layers)

    render_frames(context, context.clip, tasks, open_frame, PIXEL * plate.width * plate.height)
