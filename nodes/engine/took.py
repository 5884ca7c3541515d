"""How long a step has worked: a small file for each task that came to its end, beside the step's own."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from vfxlib.errors import OutputError
from vfxlib.io.atomic import write_text

__all__ = ["FOLDER", "keep_took", "read_took"]

FOLDER = "took"


def keep_took(folder: Path, frames: Sequence[int], seconds: float) -> None:
    """Keep how long a task worked, in place of what is known of the same frames; where that can be written.

    folder  of the step's own files
    """
    with suppress(OutputError, OSError):
        write_text(folder / FOLDER / f"{frames[0]}_{frames[-1]}.txt", f"{seconds:.3f}\n")


def read_took(folder: Path) -> float:
    """Seconds that a step's tasks took, those of several workers together; 0 if none has ended."""
    seconds = 0.0
    for path in (folder / FOLDER).glob("*.txt"):
        with suppress(OSError, ValueError):
            seconds += max(0.0, float(path.read_text(encoding="utf-8")))
    return seconds
