"""Files that appear whole or not at all, and what is left of those that never did (standard library only).

A file is written under a hidden name in its own folder, ``.NAME.MACHINE-CHANCE.tmp``, and locked for as long as its
process lives. Who was killed leaves it behind; whoever finds it without a lock may take it away.
"""

import hashlib
import os
import platform
import re
import struct
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from vfxlib.io.os_errors import writing
from vfxlib.signals import hold_signals

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be taken away
    fcntl = None  # type: ignore[assignment]

__all__ = ["atomic_write", "locked", "remove_abandoned", "write_text"]

DAY = 86400.0  # seconds
FAR_BEHIND = 1 << 40  # bytes; no frame is so large
PATIENCE = 5.0  # seconds
MOST_NAME = 255  # bytes of a file's name
_HIDDEN = re.compile(r"\..+\.(?P<host>[0-9a-f]{8})(?P<boot>[0-9a-f]{8})-[0-9a-f]{12}\.tmp", re.DOTALL)


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """A hidden name in the same folder to write to; flushed and renamed to ``path`` when all went well.

    raises  OutputError if the folder cannot be made or written, or is full; the hidden file is then removed
    """
    hidden, lock = None, -1
    try:
        with writing(path):
            with hold_signals():  # no hidden file is made that nobody knows of
                hidden, lock = _hidden_file(path)
            yield hidden
            with open(hidden, "rb") as file:
                os.fsync(file.fileno())  # a rename may reach the disk before the bytes do
            os.replace(hidden, path)
    finally:
        if hidden is not None:
            with suppress(OSError):
                hidden.unlink(missing_ok=True)
        if lock >= 0:
            os.close(lock)


def write_text(path: Path, words: str) -> None:
    """Write a text file, whole or not at all.

    raises  OutputError if the place cannot be written
    """
    with atomic_write(path) as hidden:
        hidden.write_text(words, encoding="utf-8")


def remove_abandoned(folders: Iterable[Path]) -> list[Path]:
    """Remove what killed processes of this machine left half written: hidden files of ours that nobody holds.

    What another machine made stays: whether it still writes cannot be told from here.

    folders  where to look; not below them
    returns  what was removed
    """
    removed = []
    for folder in folders:
        with suppress(OSError):
            found = sorted(path for path in folder.glob(".*.tmp") if _HIDDEN.fullmatch(path.name))
            removed += [path for path in found if _remove(path)]
    return removed


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Inside, no other process reads and then writes this file, if it asks for that too.

    By a hidden file beside it that stays. Where files cannot be locked, or somebody holds it for too long, it goes on.

    raises  OutputError if the folder cannot be written
    """
    if fcntl is None:
        yield
        return
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
        lock = os.open(path.with_name(f".{path.name}.lock"), flags, 0o666)
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                _lock(lock)
            except (BlockingIOError, PermissionError):
                time.sleep(0.02)
                continue
            except OSError:
                pass
            break
        yield
    finally:
        os.close(lock)


def _hidden_file(path: Path) -> tuple[Path, int]:
    """A new and empty file, and the lock on it; its name cannot be guessed, and no link laid there is followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        # by chance and not by process: in two containers of a farm every command is process 1
        ending = f".{''.join(_machine())}-{os.urandom(6).hex()}.tmp"
        hidden = path.with_name(f".{_shortened(path.name, MOST_NAME - 1 - len(ending))}{ending}")
        lock = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_CLOEXEC", 0), 0o666)
        if fcntl is None:
            os.close(lock)
            return hidden, -1
        if _is_ours(lock, hidden):
            return hidden, lock
        os.close(lock)  # somebody who tidied up was faster than the lock


def _lock(number: int) -> None:
    """Lock a file for as long as it is open.

    Only a byte far behind its end: on some file servers what is locked cannot be written by way of another descriptor.

    raises  BlockingIOError if somebody else holds it, another OSError where files cannot be locked
    """
    if hasattr(fcntl, "F_OFD_SETLK") and sys.platform == "linux":
        request = struct.pack("@hhqqixxxx", fcntl.F_WRLCK, os.SEEK_SET, FAR_BEHIND, 1, 0)  # struct flock of Linux
        fcntl.fcntl(number, fcntl.F_OFD_SETLK, request)
    else:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_ours(lock: int, path: Path) -> bool:
    """True if nobody else holds the file, and it has not been removed; also where files cannot be locked."""
    try:
        _lock(lock)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    try:
        return os.path.samestat(os.fstat(lock), os.lstat(path))
    except OSError:
        return False


def _remove(path: Path) -> bool:
    """Remove a file if no living process holds it."""
    if fcntl is None:
        return False
    try:
        lock = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        _lock(lock)
        if not _made_here(path.name, time.time() - os.fstat(lock).st_mtime):
            return False
        path.unlink()
    except OSError:  # held, gone meanwhile, or on a disk that cannot tell
        return False
    finally:
        os.close(lock)
    return True


def _made_here(name: str, age: float) -> bool:
    """True of a hidden name that a process of this machine gave, since it was started or before.

    age  seconds since it was written to: another machine of the same name is not known to be one, and gets a day
    """
    found, (host, boot) = _HIDDEN.fullmatch(name), _machine()
    return found is not None and (found["boot"] == boot or (found["host"] == host and age > DAY))


@cache
def _machine() -> tuple[str, str]:
    """Which machine this is, and which start of it: containers of one have different names and one start."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    except (OSError, ValueError):
        boot = platform.node()
    return _tag(platform.node()), _tag(boot)


def _tag(words: str) -> str:
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()[:8]


def _shortened(name: str, most: int) -> str:
    """The beginning of a name that has at most so many bytes."""
    while len(os.fsencode(name)) > most:
        name = name[:-1]
    return name
