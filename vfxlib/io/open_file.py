"""Opening a file to read it: regular files only, with the errors for what cannot be read (standard library only)."""

import errno
import os
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from vfxlib.errors import PaintoutError, PictureError
from vfxlib.io.os_errors import reading

__all__ = ["check_channels", "open_binary", "open_regular", "reading_own"]

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


def open_regular(path: str | os.PathLike[str]) -> BufferedReader:
    """A file, open to read bytes; never a pipe, which nobody may ever write to, nor a device, which may never end.

    raises  OSError if it is not there, or no regular file
    """
    return open(path, "rb", opener=_open)


def _open(path: str, _: int) -> int:
    # without waiting, for to open a pipe is to wait for its other end; of a regular file it changes nothing
    number = os.open(path, _FLAGS)
    try:
        mode = os.fstat(number).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is no regular file", os.fspath(path))
    except OSError:  # nothing else: a stop can come where the number has another owner already
        os.close(number)
        raise
    return number


@contextmanager
def open_binary(path: Path, kind: type[PaintoutError] = PictureError) -> Iterator[BufferedReader]:
    """The file, open to read bytes.

    kind    the error for one that cannot be read
    raises  that error if it is not there, is no regular file, or stops being readable meanwhile
    """
    with reading(path, kind), open_regular(path) as file:
        yield file


@contextmanager
def reading_own() -> Iterator[None]:
    """Reading a file that Paintout makes itself: what is wrong with it is not mended by rendering a plate again.

    raises  PictureError that says so for what raises one
    """
    try:
        yield
    except PictureError as error:
        fix = "delete it, and run the same command again, which makes it again"
        raise PictureError(error.problem, where=error.where, fix=fix) from error


def check_channels(path: Path, present: Collection[str], wanted: Collection[str]) -> None:
    """See that a file has the channels that are to be read.

    raises  PictureError for one that is not in it, with those that are
    """
    for name in wanted:
        if name not in present:
            raise PictureError(
                f"channel {name!r} is not in the file", where=path, fix=f"it holds {', '.join(sorted(present))}"
            )
