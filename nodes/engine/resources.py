"""What a task may take of the machine: cores, and memory."""

import contextlib
import ctypes
import gc
import os
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from nodes.shot import Output

__all__ = ["Resources", "trim_memory"]


@dataclass(frozen=True)
class Resources:
    """The means that a job's output gives its tasks.

    kept  gives the bytes that are kept from an earlier step
    """

    output: Output
    kept: Callable[[], int] = field(default=lambda: 0)

    @property
    def threads(self) -> int:
        """Frames to work on at once."""
        if self.output.threads:
            return self.output.threads
        # a farm gives a task some of the cores; only Linux tells which
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def threads_within(self, each: int, share: float = 0.5) -> int:
        """Frames to work on at once if each takes so many bytes; one at least.

        share  of the memory that they may take together, beside what caches do
        """
        return max(1, min(self.threads, int(self.budget(share) // max(1, each))))

    def budget(self, share: float) -> int:
        """Bytes that a cache may take: its share of what the process does not use yet, beside what is kept."""
        free = self.output.memory * 2**30 - psutil.Process().memory_info().rss + self.kept()
        return max(0, int(free * share))


def trim_memory() -> None:
    """Hand freed memory back, so that one step's peak does not lie under the next one's.

    glibc keeps what many threads have freed; elsewhere there is nothing to do.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
