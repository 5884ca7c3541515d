"""The command as a process of its own: signals, descriptors and streams stand before anything heavy is imported."""

import os
import sys
from typing import NoReturn, TextIO, cast

from plugin.stops import STOPPED, Stops
from vfxlib.streams import as_listener


def entry() -> NoReturn:
    """The installed command, and ``python -m plugin``."""
    _fill_closed_descriptors()
    stops = Stops(leave=_leave)
    stops.install()
    # never put back: the interpreter flushes them at its very end, and would fail for a listener that has gone
    sys.stdout, sys.stderr = (cast(TextIO, as_listener(stream)) for stream in (sys.stdout, sys.stderr))
    from plugin.cli import command

    code = command(sys.argv[1:], stops)
    stops.ignore()
    if stops.exit_code is not None:
        os._exit(code)  # without waiting for threads whose frames nobody needs any more
    sys.exit(code)


def _fill_closed_descriptors() -> None:
    """Put something harmless where standard input, output or error is closed.

    The next file that is opened would take that number, and whatever a library prints would go into it: into a frame.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one


def _leave(code: int) -> None:
    """End from within a handler, wherever the main thread may be."""
    try:
        os.write(2, f"paintout: {STOPPED}\n".encode())  # not by print, in which it may be
        sys.modules["plugin.log_file"].tell_stopped(code)
    finally:
        os._exit(code)


if __name__ == "__main__":
    entry()
