"""A file server as seen from a machine that looks seldom: what others have written shows a while later.

It stands between this process and Python's own calls of the system; libraries that read files by themselves are asked
only after one of these.
"""

import errno
import os
import time
from collections.abc import Callable
from pathlib import Path
from stat import S_ISREG
from typing import Any

__all__ = ["see_late"]


def see_late(folder: Path, delay: float, listing_helps: bool) -> None:
    """From now on this process sees nothing in a folder, or below it, for a while after another one has made it.

    delay          seconds
    listing_helps  True if a folder that is listed is seen as it is, as NFS does it
    """
    inside, stat, own, fresh = f"{folder}{os.sep}", os.stat, set(), set()

    def hidden(path: object) -> bool:
        if not isinstance(path, (str, bytes, os.PathLike)):
            return False
        name = os.path.abspath(os.fsdecode(path))
        if not name.startswith(inside) or name in own or os.path.dirname(name) in fresh:
            return False
        try:
            status = stat(name)
        except OSError:
            return False
        return S_ISREG(status.st_mode) and time.time() - status.st_ctime < delay

    def guarded(call: Callable[..., Any]) -> Callable[..., Any]:
        def late(path: Any, *more: Any, **named: Any) -> Any:
            creates = (named.get("flags") or (more[0] if more and isinstance(more[0], int) else 0)) & os.O_CREAT
            if creates and not os.path.lexists(path):
                own.add(os.path.abspath(path))
            if hidden(path):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
            return call(path, *more, **named)

        return late

    def moved(source: Any, target: Any, *more: Any, **named: Any) -> None:
        own.add(os.path.abspath(target))
        return replace(source, target, *more, **named)

    def listed(path: Any = ".") -> list[str]:
        names = listdir(path)
        if listing_helps:
            fresh.add(os.path.abspath(path))
        return [name for name in names if not hidden(os.path.join(path, name))]

    replace, listdir = os.replace, os.listdir
    os.replace, os.listdir = moved, listed
    for name in ("stat", "open", "lstat"):
        setattr(os, name, guarded(getattr(os, name)))
