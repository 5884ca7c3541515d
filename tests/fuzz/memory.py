"""What a process takes in memory, now and at most, and whether it grows with every try."""

import itertools
import resource
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

__all__ = ["growth", "peak_bytes", "reset_peak", "resident_bytes"]

_FEWEST = 240  # tries: before that what grows may be warming up
_PARTS = 8
_GROWS = 24 * 2**20  # bytes from the third part of the tries to the last ...
_EVERY = 2**20  # ... and from each part to the next: what is filled once and kept does not go on so


def resident_bytes() -> int:
    """What this process has in memory."""
    return int(psutil.Process().memory_info().rss)


def reset_peak() -> None:
    """Forget what was the most so far, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_bytes() -> int:
    """The most that this process has had in memory, since ``reset_peak`` where the system can."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def growth(sizes: Sequence[int]) -> int:
    """Bytes by which a process has grown from try to try, if it did so steadily; 0 if not, or if that is not yet clear.

    sizes  resident bytes after each try of one process
    """
    if len(sizes) < _FEWEST:
        return 0
    part = len(sizes) // _PARTS
    levels = [statistics.median(sizes[i * part : (i + 1) * part]) for i in range(_PARTS)][_PARTS // 4 :]
    grown = int(levels[-1] - levels[0])
    return grown if grown > _GROWS and all(b - a > _EVERY for a, b in itertools.pairwise(levels)) else 0
