"""Streams that somebody listens to: one that has gone, is full or cannot show a letter never ends the work."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

__all__ = ["Listener", "as_listener", "listening"]


class Listener:
    """Stands before a text stream, and never raises when it is written to.

    What its encoding does not have is written as escapes. After the stream has failed nothing more is written to it.

    stream  None for one that was closed before the process began
    lost    the first error of the stream; None if all was written
    """

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream
        self.lost: OSError | ValueError | None = None
        self._silent = stream is None

    def write(self, words: str) -> int:
        """Write, if anybody still listens; returns the number of characters, as streams do."""
        if not words:
            return 0
        if self.stream is None:
            self.lost = self.lost or OSError(errno.EBADF, os.strerror(errno.EBADF))
        if self._silent or self.stream is None:
            return len(words)
        try:
            try:
                self.stream.write(words)
            except UnicodeEncodeError as error:
                self.stream.write(words.encode(error.encoding, "backslashreplace").decode(error.encoding))
        except (OSError, ValueError) as error:  # ValueError: somebody has closed it
            self._fails(error)
        return len(words)

    def writelines(self, lines: list[str]) -> None:
        """Write several."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write what waits."""
        if self._silent or self.stream is None:
            return
        try:
            self.stream.flush()
        except (OSError, ValueError) as error:
            self._fails(error)

    def isatty(self) -> bool:
        """True of a terminal."""
        try:
            return self.stream is not None and self.stream.isatty()
        except (OSError, ValueError):
            return False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def _fails(self, error: OSError | ValueError) -> None:
        self.lost = self.lost or error
        self._silent = not isinstance(error, BlockingIOError)  # who is only slow misses a line


def as_listener(stream: TextIO | Listener | None) -> Listener:
    """The stream behind a Listener, unless it is one."""
    return stream if isinstance(stream, Listener) else Listener(stream)


@contextmanager
def listening() -> Iterator[None]:
    """Standard output and error never fail meanwhile."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, as_listener(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
