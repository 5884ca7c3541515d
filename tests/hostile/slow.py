"""Slow: a node whose frames after the third wait for a file called "go" in the folder where the command stands."""

import os
import time
from dataclasses import replace

from nodes.engine.context import StepContext
from nodes.engine.frame_step import frame_tasks
from nodes.engine.output import open_output
from tests.contract.border_mean import BORDER_MEAN
from vfxlib.image.box import Box
from vfxlib.inputs.shot import ShotFrame
from vfxlib.layer_names import Provenance
from vfxlib.pipeline.fill_block import FillBlock, empty_block
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.merge import fill_layers
from vfxlib.render import OpenFrame, render

AT_ONCE = 3
SLOW = replace(BORDER_MEAN, name="slow", steps=(replace(BORDER_MEAN.steps[0], run="tests.hostile.slow:run"),))


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Render some frames."""

    def open_frame(frame: ShotFrame) -> OpenFrame:
        while frame.number > AT_ONCE and not os.path.exists("go"):
            time.sleep(0.005)

        def process(box: Box) -> FillBlock:
            block = empty_block(box.height, box.width)
            block.colour[:], block.method[:] = 0.5, Provenance.SPATIAL
            return block

        return OpenFrame(process, lambda merged, wanted: fill_layers(merged))

    tasks = frame_tasks(context, frames)
    with FrameCache(context.shot.read, context.shot.frames, context.resources.budget(0.3)) as clip:
        render(clip, tasks, open_frame, open_output(context, tasks), context.shot.colours)
