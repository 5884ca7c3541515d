"""Frames of earlier steps given up to free the disk once the result is there, and remembered as done."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vfxlib.errors import OutputError
from vfxlib.io.atomic import write_text
from vfxlib.io.json_file import read_json
from vfxlib.io.os_errors import writing
from vfxlib.pipeline.fingerprint import read_fingerprint

__all__ = ["Freeable", "forget_freed", "free", "read_freed"]

NAME, FORMAT = "freed.json", 1
MOST_BYTES = 2**30  # of a job of a million frames
DAY = 86400.0  # seconds


@dataclass(frozen=True)
class Freeable:
    """A frame that nobody needs any more.

    step         NODE/STEP
    path         the file
    fingerprint  that it holds
    size         bytes
    age          seconds since it was written
    """

    step: str
    path: Path
    fingerprint: str
    size: int
    age: float

    @classmethod
    def of(cls, step: str, path: Path, fingerprint: str) -> "Freeable":
        """A frame of a step as it lies there; OSError if it does not."""
        status = path.stat()
        return cls(step, path, fingerprint, status.st_size, time.time() - status.st_mtime)

    def older(self, days: float) -> bool:
        """True if it was written that many days ago, or earlier."""
        return self.age >= days * DAY


def free(work: Path, frames: Sequence[Freeable]) -> int:
    """Remove frames, and remember that they were done; bytes that were freed.

    A frame that somebody has changed meanwhile stays.

    work    the job's work folder
    raises  OutputError where that cannot be written
    """
    known = {**read_freed(work), **{_name(work, each.path): each.fingerprint for each in frames}}
    content = {"paintout": FORMAT, "freed": dict(sorted(known.items()))}
    write_text(work / NAME, json.dumps(content, indent=0) + "\n")
    freed = 0
    for each in frames:
        with writing(each.path, "see who may remove it"), suppress(FileNotFoundError):
            if read_fingerprint(each.path) == each.fingerprint:
                each.path.unlink()
                freed += each.size
    return freed


def read_freed(work: Path) -> dict[str, str]:
    """What was freed: name below the work folder -> fingerprint that it held; empty if nothing was."""
    try:
        content = read_json(work / NAME, MOST_BYTES)
        freed: Mapping[str, str] = content["freed"] if content["paintout"] == FORMAT else {}
        return {str(name): str(fingerprint) for name, fingerprint in freed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def forget_freed(work: Path) -> None:
    """From now on what was freed is missing, and is made again.

    raises  OutputError
    """
    with writing(work / NAME, "see who may remove it"):
        (work / NAME).unlink(missing_ok=True)


def _name(work: Path, path: Path) -> str:
    try:
        return path.relative_to(work).as_posix()
    except ValueError as error:
        raise OutputError("does not lie in the work folder", where=path, fix="report it") from error
