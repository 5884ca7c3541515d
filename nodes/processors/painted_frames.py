"""Frames that an artist has cleaned by hand: sources that are trusted in full."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from nodes.engine.context import StepContext
from nodes.flow_inpaint import FlowInpaintParams
from vfxlib.errors import SequenceError
from vfxlib.inputs.shot import OpenShot
from vfxlib.io.footage import open_footage, rgb_names

__all__ = ["check", "painted_around", "painted_frames"]


def check(shot: OpenShot, params: FlowInpaintParams) -> None:
    """See that the artist's frames fit the plate; only headers are read.

    raises  SequenceError for a frame that is not in the job, or of another size; PictureError for one that is no
            picture, or has no colour
    """
    _check_fit(shot, params.paint)


def _check_fit(shot: OpenShot, painted: Iterable[tuple[int, str]]) -> None:
    for number, path in painted:
        if number not in shot.frames:
            raise SequenceError(
                f"frame {number} is not in the job", where="--paint", fix="paint a frame of the job, or widen --frames"
            )
        footage = open_footage(path)
        header = footage.header(footage.frames[0])
        size, wanted = header.display.size, shot.plate_display.size
        if size != wanted:
            raise SequenceError(
                f"the painted frame is {size[0]}x{size[1]}, the plate {wanted[0]}x{wanted[1]}",
                where=path,
                fix="paint it at the plate's size",
            )
        rgb_names(header)


def painted_frames(context: StepContext) -> dict[int, str]:
    """The artist's frames by number, seen to fit the plate.

    raises  as ``check``
    """
    _check_fit(context.shot, context.values["paint"])
    return {int(number): str(path) for number, path in context.values["paint"]}


def painted_around(context: StepContext, painted: Mapping[int, str], number: int) -> dict[str, str]:
    """What the artist's frames within reach of a frame count as."""
    return {str(n): context.content(Path(painted[n])) for n in context.around(number) if n in painted}
