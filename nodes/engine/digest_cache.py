"""SHA-256 of files, remembered for as long as the files do not change."""

import json
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from vfxlib.errors import OutputError
from vfxlib.io.atomic import write_text
from vfxlib.io.footage import file_digest

__all__ = ["DigestCache", "open_digests"]

FORMAT = 1
SETTLED = 2.0  # seconds: a file changed so shortly before may change again without another date

Stamp = tuple[int, ...]


@dataclass
class DigestCache:
    """Digests of files by their path; asked from several threads.

    One counts only while size, both dates and the inode of its file are what they were. The date of the last change of
    the inode is among them, which no program can set, so a file that was given its old date again is read again.

    path  where they are kept between runs; may be deleted at any time
    """

    path: Path
    _known: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    _kept: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def file(self, path: Path) -> str:
        """SHA-256 of a file's bytes.

        raises  PictureError if it cannot be read
        """
        name = os.path.abspath(path)
        before = _stamp(name)
        with self._lock:
            known = self._known.get(name)
        if known is not None and known[0] == before:
            return known[1]
        began = time.time_ns()
        digest = file_digest(path)
        if before and before == _stamp(name):
            with self._lock:
                self._known[name] = (before, digest)
                if max(before[1:3]) < began - int(SETTLED * 1e9):
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
    """What changes when a file does; () if it is not there."""
    try:
        status = os.stat(name)
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev


def _read(path: Path) -> dict[str, tuple[Stamp, str]]:
    """What was kept; nothing of a file that is damaged or of another version."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["paintout"] != FORMAT:
            return {}
        return {
            str(name): (tuple(int(n) for n in entry[:-1]), str(entry[-1])) for name, entry in content["files"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return {}
