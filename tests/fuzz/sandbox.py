"""Keeps a process of the fuzzer within one folder: elsewhere nothing can be written, as on a disk that is read-only."""

import errno
import os
import resource
import sys
from pathlib import Path

__all__ = ["limit_memory", "stay_within"]

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
# events of Python's that change what lies at a place, and how many of their first arguments are such places
_CHANGES = {
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rmdir": 1,
    "os.rename": 2,
    "os.link": 2,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.chmod": 1,
    "os.chown": 1,
    "os.utime": 1,
    "os.setxattr": 1,
    "shutil.rmtree": 1,
}
_HARMLESS = ("/dev/null", "/dev/full")


def stay_within(folder: Path) -> None:
    """From now on whoever writes elsewhere in this process is told that it is read-only; this cannot be undone.

    A command line or a job file that was changed at random may name any place at all.
    """
    inside = os.path.realpath(folder)

    def check(path: object) -> None:
        if isinstance(path, int) or path is None:
            return
        try:
            place = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
        except (ValueError, TypeError, OSError):
            return  # the call itself says what is wrong with it
        if place != inside and not place.startswith(inside + os.sep) and place not in _HARMLESS:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), place)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            if (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & _WRITES):
                check(path)
        elif event in _CHANGES:
            for path in arguments[: _CHANGES[event]]:
                check(path)

    sys.addaudithook(hook)


def limit_memory(most: int) -> None:
    """Let this process ask for so many bytes more than it has; and leave no core behind.

    most  bytes
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm", "rb") as file:
            pages = int(file.read().split()[0])
    except OSError:
        return  # only Linux says it
    limit = pages * resource.getpagesize() + most
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
