"""Frames that a step could not make: a small file for each beside the step's own, until it is made."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from vfxlib.errors import OutputError, PaintoutError
from vfxlib.io.atomic import write_text

__all__ = ["FOLDER", "keep_failures", "read_failures"]

FOLDER = "failed"


def keep_failures(folder: Path, frames: Sequence[int], failures: Mapping[int, PaintoutError]) -> None:
    """Keep what went wrong with the frames of a task, in place of what is known of them; where that can be written.

    folder  of the step's own files
    """
    for number in frames:
        path = folder / FOLDER / f"{number}.txt"
        with suppress(OutputError, OSError):
            if number in failures:
                write_text(path, failures[number].problem + "\n")
            elif path.exists():
                path.unlink(missing_ok=True)
                path.parent.rmdir()  # when it was the last one


def read_failures(folder: Path) -> dict[int, str]:
    """Frame and problem of what failed when the step ran last."""
    failures = {}
    for path in sorted((folder / FOLDER).glob("*.txt")):
        with suppress(OSError, ValueError):
            failures[int(path.stem)] = path.read_text(encoding="utf-8").strip()
    return failures
