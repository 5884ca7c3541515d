"""What a job is given beside the plate must have the plate's size."""

from vfxlib.errors import InputError
from vfxlib.image.box import Box
from vfxlib.image.picture import Header

__all__ = ["check_plate_size"]


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
            fix=f"render the {name} at the plate's size",
        )
