"""What a job is given must agree with the plate, in size and in frames."""

import logging
from collections.abc import Collection

from vfxlib.errors import InputError, SequenceError
from vfxlib.image.box import Box
from vfxlib.image.picture import Header
from vfxlib.io.footage import Footage
from vfxlib.io.frames import format_frames
from vfxlib.io.gaps import MOST_PARTS
from vfxlib.io.orientation import not_turned

__all__ = ["check_frames", "check_plate_size", "check_shape", "first_header"]

log = logging.getLogger("paintout")


def check_plate_size(header: Header, display: Box, name: str, subject: str, error: type[InputError]) -> None:
    """See that a frame's display window is as large as the plate's.

    header   of the frame
    display  the plate's display window
    name     what it is: "matte"
    subject  the same as a sentence begins with it: "on frame 7 the matte"
    error    what is raised if it is not
    """
    own, plate = header.display.size, display.size
    if own != plate:
        raise error(
            f"{subject} is {own[0]}x{own[1]}, the plate {plate[0]}x{plate[1]}",
            where=header.path,
            fix=f"render the {name} at {plate[0]}x{plate[1]}",
        )


def check_shape(header: Header, display: Box, subject: str) -> None:
    """See that a frame which may be smaller than the plate shows what the plate shows.

    header   of the frame
    display  the plate's display window
    subject  what it is as a sentence begins with it: "on frame 7 the fill"
    raises   SequenceError if it is larger, or of another shape by more than what rounding to whole pixels makes
    """
    (width, height), (plate_width, plate_height) = header.display.size, display.size
    sizes = f"is {width}x{height}, the plate {plate_width}x{plate_height}"
    if width > plate_width or height > plate_height:
        raise SequenceError(f"{subject} {sizes}", where=header.path, fix="reduce it to the plate's size or less")
    if abs(width * plate_height - height * plate_width) > max(plate_width, plate_height):
        raise SequenceError(
            f"{subject} {sizes}, which is another shape",
            where=header.path,
            fix="render the fill in the plate's shape, over its whole display window",
        )


def check_frames(
    footage: Footage, wanted: Collection[int], problem: str, fix: str, error: type[InputError] = SequenceError
) -> None:
    """See that every wanted frame is there.

    problem  what is wrong if one is not, with {} for the frames
    fix      what to do about it
    error    what is raised then
    """
    absent = set(wanted) - set(footage.frames)
    if absent:
        raise error(problem.format(format_frames(absent, MOST_PARTS)), where=footage.spelling, fix=fix)


def first_header(footage: Footage, number: int | None = None) -> Header:
    """The header of the first frame, or of another; warns of what is left out of it or not done to it.

    Of several views one is used, and a picture that viewers turn before they show it is read as it is stored.
    """
    header = footage.header(footage.frames[0] if number is None else number)
    if header.views:
        others = ", ".join(header.views[1:])
        log.warning("%s: of its views %s is used, not %s", footage.spelling, header.views[0], others)
    if header.thin:
        log.warning("%s: left out, for fewer pixels than the picture: %s", footage.spelling, ", ".join(header.thin))
    if header.turned:
        log.warning("%s: %s", footage.spelling, not_turned(header.turned))
    return header
