"""THE data path: the only loop that writes picture frames. Its lines are the arrows.

read -> to_colour -> clip -> plan_tiles -> process -> blend -> from_colour -> merge -> write_layers

``read`` and ``to_colour`` happen in the clip's reader (shot.py): a frame is read when a neighbour first needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vfxlib.colour.ocio import Colours
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.tiles import Tiling, blend, plan_tiles
from vfxlib.inputs.shot import ShotFrame
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.frame_tasks import FrameTasks
from vfxlib.pipeline.merge import Merged, from_colour, merge
from vfxlib.pipeline.writer import Writer

__all__ = ["Process", "render"]

Process = Callable[[FrameCache[ShotFrame], int, Box], Array]
"""Fills the hole inside one box of one frame: [h w 6] as ``merge.FILLED`` names them, linear colour first."""


def render(
    clip: FrameCache[ShotFrame],
    frames: Sequence[int],
    process: Process,
    tiling: Tiling,
    colours: Colours,
    feather: float,
    work: FrameTasks,
    write_layers: Callable[[ShotFrame, Merged], Callable[[], None]],
) -> None:
    """Make and write every frame.

    clip          frames in linear colour, with their mattes
    frames        the frames to make
    process       fills the hole inside a box
    tiling        how frames are cut
    colours       back into the file's encoding
    feather       pixels over which the fill is blended in, inside the matte
    work          keeps count, and keeps on after a frame that failed
    write_layers  turns a merged frame into the call that writes it, which runs in a thread of its own
    raises        FramesFailed when frames failed; OutputError at once when the output cannot be written
    """
    with Writer(2, work.done, work.fail) as writer:
        for number in frames:
            with work.doing(number):
                frame = clip[number]
                boxes = plan_tiles(frame.hole, frame.window, tiling)
                pieces = [(box, process(clip, number, box)) for box in boxes]
                filled = blend(pieces, frame.window, tiling.overlap)
                encoded = from_colour(frame, filled, colours)
                merged = merge(frame, filled, encoded, feather, colours)
                writer.put(number, write_layers(frame, merged))
    work.finish()
