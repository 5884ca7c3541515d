"""BorderMean: the mean colour of the hole's border. The fifth node, written from CONTRIBUTING's four steps alone."""

from dataclasses import dataclass

import numpy as np

from nodes.declare import Params, Unit, number
from nodes.engine.context import StepContext
from nodes.engine.frame_step import frame_tasks
from nodes.engine.output import open_output
from nodes.fields import feather_field, grow_field
from nodes.node import Node, Scope, Step
from nodes.ports import CONFIDENCE, FILL, MATTE, MATTE_PORT, PLATE_PORT, PROVENANCE
from vfxlib.image.box import Box
from vfxlib.image.morphology import grow
from vfxlib.inputs.shot import ShotFrame
from vfxlib.layer_names import Provenance
from vfxlib.pipeline.fill_block import FillBlock, empty_block
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.merge import fill_layers
from vfxlib.render import OpenFrame, render


@dataclass(frozen=True, kw_only=True)
class BorderMeanParams(Params):
    """What to replace, and how wide the border is."""

    grow: float = grow_field()
    feather: float = feather_field()
    width: float = number(
        4.0,
        hard=(1.0, 64.0),
        slider=(1.0, 16.0),
        unit=Unit.PIXELS,
        label="Width",
        help="How far around the matte the colour is taken from.",
    )


BORDER_MEAN = Node(
    name="border-mean",
    label="BorderMean",
    help="Fills the matte with the mean colour of its border.",
    paper="none",
    params=BorderMeanParams,
    inputs=(PLATE_PORT, MATTE_PORT),
    outputs=(FILL, MATTE, CONFIDENCE, PROVENANCE),
    steps=(
        Step(
            name="render",
            help="Fills every frame with its own border's colour.",
            scope=Scope.FRAMES,
            uses=("grow", "feather", "width"),
            run="tests.contract.border_mean:run",
        ),
    ),
)


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Render some frames."""

    def open_frame(frame: ShotFrame) -> OpenFrame:
        border = (grow(frame.matte, context.values["width"]) > 0) & frame.known
        colour = frame.plate.pixels[border].mean(axis=0, dtype=np.float64) if border.any() else 0.0

        def process(box: Box) -> FillBlock:
            block = empty_block(box.height, box.width)
            block.colour[:], block.method[:] = colour, Provenance.SPATIAL
            return block

        return OpenFrame(process, lambda merged, wanted: fill_layers(merged))

    tasks, colours = frame_tasks(context, frames), context.shot.colours
    with FrameCache(context.shot.read, context.shot.frames, context.resources.budget(0.3)) as clip:
        render(clip, tasks, open_frame, open_output(context, tasks), colours, feather=context.values["feather"])
