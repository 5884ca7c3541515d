"""THE data path: the only loop that writes picture frames. Its lines are the arrows.

read -> to_colour -> clip -> plan_tiles -> process -> blend -> from_colour -> merge -> write_layers

``read`` and ``to_colour`` happen in the clip's reader (inputs/shot.py): a frame is read when one first needs it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.ocio import Colours
from vfxlib.image.box import Box
from vfxlib.image.tiles import Tiling, blend, plan_tiles
from vfxlib.inputs.shot import ShotFrame
from vfxlib.pipeline.fill_block import FillBlock
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.frame_tasks import FrameTasks, map_ahead
from vfxlib.pipeline.merge import Merged, from_colour, merge
from vfxlib.pipeline.writer import Writer

__all__ = ["Layers", "OpenFrame", "render"]

Layers = Callable[[Merged, Collection[str]], Mapping[str, NDArray[np.generic]]]
"""The layers beside a merged picture, over the plate's data window: channel name -> [h w].

The names of the layers that will be written come last, so that nothing is made for the others.
"""


@dataclass(frozen=True)
class OpenFrame:
    """A frame that is worked on, with what it needs once.

    process  fills the hole inside a box; asked for every box that holds some of the hole, and for no other
    layers   tells what else is known of the frame, once it is merged
    """

    process: Callable[[Box], FillBlock]
    layers: Layers


def render(
    clip: FrameCache[ShotFrame],
    tasks: FrameTasks,
    open_frame: Callable[[ShotFrame], OpenFrame],
    write_layers: Callable[[ShotFrame, Merged, Layers], Callable[[], None]],
    colours: Colours,
    *,
    tiling: Tiling = Tiling(),  # noqa: B008  a frozen value
    feather: float = 0.0,
    threads: int = 1,
) -> None:
    """Make and write every frame that is not done; several at once, handed on in order.

    clip          frames in linear colour, with their mattes
    tasks         say which frames are to be made, keep count, and keep on after a frame that failed
    open_frame    begins a frame; called, as what it returns, from several threads
    write_layers  turns a merged frame into the call that writes it, which runs in a thread of its own
    colours       back into the file's encoding
    tiling        how frames are cut
    feather       pixels over which the fill is blended in, inside the matte
    threads       frames to work on at once
    raises        FramesFailed when frames failed; OutputError at once when the output cannot be written
    """

    def fill(number: int) -> tuple[ShotFrame, OpenFrame, FillBlock]:
        frame = clip[number]
        opened = open_frame(frame)
        boxes = plan_tiles(frame.hole, frame.window, tiling)
        pieces = [(box, opened.process(box).pixels) for box in boxes]
        return frame, opened, FillBlock(blend(pieces, frame.window, tiling.overlap, FillBlock.CHANNELS))

    with Writer(1, tasks.done, tasks.fail) as writer:  # a large frame on its way takes as much as one at work
        for number, made in map_ahead(fill, tasks.todo(), threads):
            with tasks.doing(number):
                frame, opened, filled = made.result()
                writer.wait()
                encoded = from_colour(frame, filled, colours)
                merged = merge(frame, filled, encoded, feather, colours)
                write = tasks.writing(number, write_layers(frame, merged, opened.layers))
                del made, frame, opened, filled, encoded, merged  # a large frame is not held until the next one comes
                writer.put(number, write)
                del write
    tasks.finish()
