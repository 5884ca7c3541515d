"""Opening a picture's file to read it, with the errors for what cannot be read (standard library only)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from vfxlib.errors import PictureError

__all__ = ["check_channels", "open_binary"]


@contextmanager
def open_binary(path: Path) -> Iterator[BufferedReader]:
    """The file, open to read bytes.

    raises  PictureError if it is not there, is no file, or stops being readable meanwhile
    """
    try:
        with open(path, "rb") as file:
            yield file
    except OSError as error:
        raise PictureError(
            f"cannot be read ({error.strerror or error})", where=path, fix="check that it is there and may be read"
        ) from error


def check_channels(path: Path, present: Collection[str], wanted: Collection[str]) -> None:
    """See that a file has the channels that are to be read.

    raises  PictureError for one that is not in it, with those that are
    """
    for name in wanted:
        if name not in present:
            raise PictureError(
                f"channel {name!r} is not in the file", where=path, fix=f"it holds {', '.join(sorted(present))}"
            )
