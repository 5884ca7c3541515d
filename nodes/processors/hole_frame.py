"""A frame whose hole is filled: box by box, as the frame loop asks for it, and with the plate around it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.inputs.shot import ShotFrame
from vfxlib.pipeline.fill_block import FillBlock, empty_block
from vfxlib.pipeline.hole_fill import Fill

__all__ = ["fill_by_box", "surrounded"]


def fill_by_box(context: StepContext, number: int, fill: Fill) -> Callable[[Box], FillBlock]:
    """What gives the parts of a frame's fill, with sources as frame numbers: ``process`` of an ``OpenFrame``."""

    def process(box: Box) -> FillBlock:
        part, block = fill.within(box), empty_block(box.height, box.width)
        at = part.rows, part.columns
        block.colour[at], block.confidence[at] = part.colour, part.confidence
        block.frame[at], block.method[at] = _frames_between(context, number, part.offset), part.method
        return block

    return process


def _frames_between(context: StepContext, number: int, offsets: NDArray[np.int16]) -> NDArray[np.float32]:
    """Places in the job turned into frame numbers: source frame minus this one."""
    index = context.shot.frames.index(number)
    apart = np.array(context.shot.frames) - number
    return apart[index + offsets.astype(np.intp)].astype(np.float32)


def surrounded(frame: ShotFrame, pixels: Array, window: Box) -> Array:
    """Put what was made of a hole into the plate.

    pixels   [h w 3]  linear colour over the window; looked at in the hole
    window   inside the frame's
    returns  [h w 3]  linear colour; 0 where the plate has no value
    """
    part = window.slices(frame.window)
    plate = np.where(frame.known[part][..., None], frame.plate.pixels[part], np.float32(0))
    return np.where(frame.hole[part][..., None], pixels, plate)
