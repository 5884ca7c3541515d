"""SHA-256 of files, remembered for as long as the files do not change."""

import json
import os
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from vfxlib.errors import OutputError
from vfxlib.io.atomic import write_text
from vfxlib.io.footage import file_digest
from vfxlib.io.json_file import read_json
from vfxlib.io.open_file import open_regular

__all__ = ["DigestCache", "open_digests"]

FORMAT = 1
MOST_BYTES = 2**30  # of a job of a million frames
SETTLED = 2.0  # seconds: a file changed so shortly before may change again without another date

Stamp = tuple[int, ...]


@dataclass
class DigestCache:
    """Digests of files by their path; asked from several threads.

    One counts only while size, both dates and the inode of its file are what they were. The date of the last change of
    the inode is among them, which no program can set (on POSIX), so a file that was given its old date again is read
    again. The file is opened for it: a file server answers that anew, and not from what it said a while ago.

    path  where they are kept between runs; may be deleted at any time
    """

    path: Path
    _known: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    _kept: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    _locks: defaultdict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def file(self, path: Path) -> str:
        """SHA-256 of a file's bytes.

        raises  PictureError if it cannot be read
        """
        name = os.path.abspath(path)
        with self._lock:
            lock = self._locks[name]
        with lock:  # the frames of a movie are one file, which is read once
            before = _stamp(name)
            known = self._known.get(name)
            if before and known is not None and known[0] == before:
                return known[1]
            began = time.time_ns()
            digest = file_digest(path)
            if before and before == _stamp(name):
                self._known[name] = (before, digest)
                if max(before[1:3]) < began - int(SETTLED * 1e9):
                    with self._lock:
                        self._kept[name] = (before, digest)
            return digest

    def save(self) -> None:
        """Keep what was learnt, if anything was; a folder that cannot be written costs time only."""
        with self._lock:
            kept, self._kept = self._kept, {}
        if not kept:
            return
        entries = {**_read(self.path), **kept}
        files = {name: [*stamp, digest] for name, (stamp, digest) in sorted(entries.items()) if os.path.exists(name)}
        try:
            write_text(self.path, json.dumps({"paintout": FORMAT, "files": files}, indent=0) + "\n")
        except OutputError:
            return


def open_digests(work: Path) -> DigestCache:
    """The digests of a job.

    work  its work folder
    """
    path = work / "digests.json"
    return DigestCache(path, _read(path))


def _stamp(name: str) -> Stamp:
    """What changes when a file does: size, dates, inode; () if it is not there."""
    try:
        with open_regular(name) as file:
            status = os.fstat(file.fileno())
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _read(path: Path) -> dict[str, tuple[Stamp, str]]:
    """What was kept; nothing of a file that is damaged or of another version."""
    try:
        content = read_json(path, MOST_BYTES)
        if content["paintout"] != FORMAT:
            return {}
        known: dict[str, tuple[Stamp, str]] = {}
        for name, (size, changed, touched, inode, digest) in content["files"].items():
            known[str(name)] = ((int(size), int(changed), int(touched), int(inode)), str(digest))
        return known
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return {}
