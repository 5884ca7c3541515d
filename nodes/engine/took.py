"""How long a step has worked: a small file for each task that came to its end, beside the step's own."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from vfxlib.errors import OutputError
from vfxlib.io.atomic import write_text

__all__ = ["FOLDER", "keep_took", "read_took"]

FOLDER = "took"


def keep_took(folder: Path, frames: Sequence[int], seconds: float) -> None:
    """Keep how long a task worked, beside what it has worked before; where that can be written.

    folder  of the step's own files
    """
    path = folder / FOLDER / f"{frames[0]}_{frames[-1]}.txt"
    with suppress(OutputError, OSError):
        write_text(path, f"{_seconds(path) + seconds:.3f}\n")


def read_took(folder: Path) -> float:
    """Seconds that a step's tasks took, all workers and all runs together; 0 if none has ended."""
    return sum(map(_seconds, (folder / FOLDER).glob("*.txt")), 0.0)


def _seconds(path: Path) -> float:
    with suppress(OSError, ValueError):
        seconds = float(path.read_text(encoding="utf-8"))
        return seconds if 0 <= seconds < float("inf") else 0.0
    return 0.0
