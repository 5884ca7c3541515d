"""Frames that an artist has cleaned by hand: sources that are trusted in full."""

from collections.abc import Mapping
from pathlib import Path

from nodes.engine.context import StepContext
from vfxlib.errors import SequenceError
from vfxlib.io.footage import open_footage

__all__ = ["painted_around", "painted_frames"]


def painted_frames(context: StepContext) -> dict[int, str]:
    """The artist's frames by number, seen to fit the plate.

    raises  SequenceError for a frame that is not in the job, or of another size
    """
    painted = {int(number): str(path) for number, path in context.values["paint"]}
    for number, path in painted.items():
        if number not in context.shot.frames:
            raise SequenceError(
                f"frame {number} is not in the job", where="--paint", fix="paint a frame of the job, or widen --frames"
            )
        footage = open_footage(path)
        size, wanted = footage.header(footage.frames[0]).display.size, context.shot.display.size
        if size != wanted:
            raise SequenceError(
                f"the painted frame is {size[0]}x{size[1]}, the plate {wanted[0]}x{wanted[1]}",
                where=path,
                fix="paint it at the plate's size",
            )
    return painted


def painted_around(context: StepContext, painted: Mapping[int, str], number: int) -> dict[str, str]:
    """What the artist's frames within reach of a frame count as."""
    return {str(n): context.content(Path(painted[n])) for n in context.around(number) if n in painted}
