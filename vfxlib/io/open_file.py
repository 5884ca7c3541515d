"""Opening a picture's file to read it, with the error for one that cannot be read (standard library only)."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from vfxlib.errors import PictureError

__all__ = ["open_binary"]


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
