"""SHA-256 and fingerprints of files, remembered for as long as the files do not change."""

import json
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from vfxlib.errors import OutputError, PictureError
from vfxlib.io.atomic import locked, write_text
from vfxlib.io.exr import read_attribute
from vfxlib.io.footage import file_digest
from vfxlib.io.json_file import read_json
from vfxlib.io.open_file import open_regular
from vfxlib.pipeline.fingerprint import FINGERPRINT, read_fingerprint

__all__ = ["DigestCache", "open_digests"]

FORMAT = 1
MOST_BYTES = 2**30  # of a job of a million frames
SETTLED = 2.0  # seconds: a file changed so shortly before may change again without another date

FILES, FINGERPRINTS = "files", "fingerprints"
NOBODY = ""  # in place of the fingerprint of a file that is not ours

T = TypeVar("T")
Stamp = tuple[int, ...]


@dataclass
class _Answers:
    """What was learnt of files, by path: it counts only while size, both dates and the inode are what they were.

    The date of the last change of the inode is among them, which no program can set (on POSIX), so a file that was
    given its old date again is asked again. The file is opened for it: a file server answers that anew, and not from
    what it said a while ago.
    """

    known: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    kept: dict[str, tuple[Stamp, str]] = field(default_factory=dict)
    locks: defaultdict[str, threading.Lock] = field(default_factory=lambda: defaultdict(threading.Lock))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, path: Path, ask: Callable[[Path], str]) -> str:
        """The answer for a file; ``ask`` reads it if it must be read."""
        name = os.path.abspath(path)
        with self.lock:
            lock = self.locks[name]
        with lock:  # the frames of a movie are one file, which is read once
            before = _stamp(name)
            known = self.known.get(name)
            if before and known is not None and known[0] == before:
                return known[1]
            began = time.time_ns()
            answer = ask(path)
            if before and before == _stamp(name):
                settled = max(before[1:3]) < began - int(SETTLED * 1e9)
                self.learn(name, before, answer, keep=settled)
            return answer

    def learn(self, name: str, stamp: Stamp, answer: str, *, keep: bool) -> None:
        """Remember an answer; ``keep`` also for the next run."""
        with self.lock:
            self.known[name] = (stamp, answer)
            if keep:
                self.kept[name] = (stamp, answer)

    def taken(self) -> dict[str, tuple[Stamp, str]]:
        """What is to be kept and was not taken yet."""
        with self.lock:
            kept, self.kept = self.kept, {}
        return kept


@dataclass
class DigestCache:
    """Digests and fingerprints of files; asked from several threads.

    path   where they are kept between runs; may be deleted at any time
    freed  absolute path -> fingerprint of what was removed though it was done; counts while nothing lies there
    """

    path: Path
    freed: Mapping[str, str] = field(default_factory=dict)
    _digests: _Answers = field(default_factory=_Answers)
    _fingerprints: _Answers = field(default_factory=_Answers)
    _inputs: dict[str, str] = field(default_factory=dict)  # the digest that was given first, by path

    def file(self, path: Path) -> str:
        """SHA-256 of a file's bytes.

        raises  PictureError if it cannot be read
        """
        digest = self._digests.of(path, file_digest)
        self._inputs.setdefault(os.path.abspath(path), digest)
        return digest

    def fingerprint(self, path: Path) -> str | None:
        """The fingerprint of a file, as ``vfxlib.pipeline.fingerprint.read_fingerprint`` gives it."""
        if path.suffix != ".exr":
            return read_fingerprint(path)  # small, or its header alone
        if os.path.abspath(path) in self.freed and not path.exists():
            return self.freed[os.path.abspath(path)]
        return self._fingerprints.of(path, lambda path: read_fingerprint(path) or NOBODY) or None

    def wrote(self, path: Path, fingerprint: str) -> None:
        """Remember what this process has just written, so that the next one need not read it."""
        name = os.path.abspath(path)
        stamp = _stamp(name)
        # another run may have written there in between, of other parameters
        if stamp and _header_says(path) == fingerprint and _stamp(name) == stamp:
            self._fingerprints.learn(name, stamp, fingerprint, keep=True)

    def guard(self, path: Path, read: Callable[[], T]) -> T:
        """What ``read`` makes of an input, which holds what its digest was taken of, before, meanwhile and after.

        raises  what ``read`` raises; PictureError if the file is not what it was
        """
        name = os.path.abspath(path)
        for _ in range(3):
            self._see_unchanged(path)
            before = _stamp(name)
            content = read()
            if before and before == _stamp(name):
                return content
        # touched all the time, by a backup or on a disk that numbers files anew, and the same at the end
        self._see_unchanged(path)
        return content

    def changed(self) -> bool:
        """Whether a file that was asked for holds something else by now, or is gone."""
        return any(not os.path.exists(name) or self._differs(Path(name)) for name in tuple(self._inputs))

    def _differs(self, path: Path) -> bool:
        return self.file(path) != self._inputs[os.path.abspath(path)]

    def _see_unchanged(self, path: Path) -> None:
        if self._differs(path):
            raise PictureError("is not what it was when the work began", where=path, fix="run the same command again")

    def save(self) -> None:
        """Keep what was learnt, if anything was; a folder that cannot be written costs time only."""
        digests, fingerprints = self._digests.taken(), self._fingerprints.taken()
        if not digests and not fingerprints:
            return
        gone = {name for name in {*digests, *fingerprints} if not os.path.exists(name)}
        try:
            with locked(self.path):  # other workers of a farm keep theirs in it too
                before = _read(self.path)
                content = {
                    kind: _listed({**before[kind], **learnt}, gone)
                    for kind, learnt in ((FILES, digests), (FINGERPRINTS, fingerprints))
                }
                write_text(self.path, json.dumps({"paintout": FORMAT, **content}, indent=0) + "\n")
        except OutputError:
            return


def open_digests(work: Path) -> DigestCache:
    """The digests of a job.

    work  its work folder
    """
    path = work / "digests.json"
    known = _read(path)
    return DigestCache(path, {}, _Answers(known[FILES]), _Answers(known[FINGERPRINTS]))


def _listed(known: Mapping[str, tuple[Stamp, str]], gone: Collection[str]) -> dict[str, list[int | str]]:
    return {name: [*stamp, answer] for name, (stamp, answer) in sorted(known.items()) if name not in gone}


def _header_says(path: Path) -> str | None:
    try:
        own = read_attribute(path, FINGERPRINT)
    except PictureError:
        return None
    return None if own is None else str(own)


def _stamp(name: str) -> Stamp:
    """What changes when a file does: size, dates, inode; () if it is not there."""
    try:
        with open_regular(name) as file:
            status = os.fstat(file.fileno())
    except OSError:
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _read(path: Path) -> dict[str, dict[str, tuple[Stamp, str]]]:
    """What was kept, by kind; nothing of a file that is damaged or of another version."""
    found: dict[str, dict[str, tuple[Stamp, str]]] = {FILES: {}, FINGERPRINTS: {}}
    try:
        content = read_json(path, MOST_BYTES)
        if content["paintout"] != FORMAT:
            return found
        for kind, known in found.items():
            for name, (size, changed, touched, inode, answer) in content.get(kind, {}).items():
                known[str(name)] = ((int(size), int(changed), int(touched), int(inode)), str(answer))
        return found
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return {FILES: {}, FINGERPRINTS: {}}
