"""What the operating system says, as our errors: the one place that puts it into words (standard library only)."""

from collections.abc import Iterator
from contextlib import contextmanager

from vfxlib.errors import InputError, OutputError, PaintoutError, PictureError

__all__ = ["SPACE", "as_paintout_error", "reading", "reason", "writing"]

CHECK = "check that it is there and may be read"
SPACE = "check space and permissions there, or choose another place"


def reason(error: OSError | ValueError) -> str:
    """Why the system refused, a phrase; a ValueError is what Python says of a name that no file can have."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


@contextmanager
def reading(where: object, kind: type[PaintoutError] = PictureError, fix: str = CHECK) -> Iterator[None]:
    """Reading a file.

    where   the file, for the error
    kind    the error for one that cannot be read
    raises  that error for what the system refuses
    """
    try:
        yield
    except OSError as error:
        raise kind(f"cannot be read ({reason(error)})", where=where, fix=fix) from error


@contextmanager
def writing(where: object, fix: str = SPACE) -> Iterator[None]:
    """Writing a file, or making a folder.

    where   the file, for the error
    raises  OutputError for what the system refuses
    """
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot be written ({reason(error)})", where=where, fix=fix) from error


def as_paintout_error(error: OSError) -> PaintoutError:
    """The error for what the system refused where nobody was nearer to say it better: a name too long, a dead mount."""
    where = "" if error.filename is None else error.filename
    return InputError(
        f"the system refuses it ({reason(error)})", where=where, fix="check the name, the place and its permissions"
    )
