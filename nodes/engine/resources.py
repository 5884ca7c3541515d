"""What a task may take of the machine: cores, and memory."""

import contextlib
import ctypes
import gc
import os
from collections.abc import Iterator

from nodes.engine.memory_budget import MemoryBudget
from nodes.shot import Output

__all__ = ["Resources", "frozen", "release_freed_arrays", "trim_memory", "uncollected"]

# M_MMAP_THRESHOLD, M_TRIM_THRESHOLD and M_ARENA_MAX of mallopt(3)
MALLOC = {-3: 16 << 20, -1: 32 << 20, -8: 2}


class Resources:
    """The means that a job's output gives a task.

    output  says how many threads, and how much memory
    memory  of the run; None for a task that has all of it for itself
    """

    def __init__(self, output: Output, memory: MemoryBudget | None = None) -> None:
        self._output = output
        self._memory = MemoryBudget(output.memory) if memory is None else memory
        self._taken = 0.0

    @property
    def threads(self) -> int:
        """Frames to work on at once."""
        if self._output.threads:
            return self._output.threads
        # a farm gives a task some of the cores; only Linux tells which
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def threads_within(self, each: int, share: float = 0.5) -> int:
        """Frames to work on at once if each takes so many bytes; one at least.

        share  of the memory that they may take together, as ``budget``
        """
        return max(1, min(self.threads, self.budget(share) // max(1, each)))

    def budget(self, share: float, most: int | None = None) -> int:
        """Bytes of a part of the memory, for as long as the task lasts.

        share  of what the process did not hold when the run began; parts add up to no more than 1
        most   bytes that are of any use; what the share has beyond them is left for others
        """
        if most is not None:
            share = min(share, self._memory.share_of(most))
        part = self._memory.part(share, self._taken)
        self._taken += share
        return part

    @property
    def left(self) -> float:
        """The share of the memory that nobody has yet."""
        return self._memory.left(self._taken)

    def share_of(self, size: int) -> float:
        """Which share of the memory so many bytes are, 1 at most."""
        return self._memory.share_of(size)

    def kept_budget(self, share: float) -> int:
        """Bytes of a part of the memory for what outlives the task, until all that is kept is closed; as ``budget``."""
        return self._memory.keep(share, self._taken)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Load modules without a search for cycles meanwhile: they make much that lives for ever, and hardly any cycle.

    The searches took a sixth of the time that loading takes.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@contextlib.contextmanager
def frozen() -> Iterator[None]:
    """Leave what is there by now out of the search for cycles: 200,000 objects of libraries, a twentieth of a run."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()  # or bindings would tell at the end of the process that they have leaked


def release_freed_arrays() -> None:
    """Have the system get large arrays back as soon as they are freed, for as long as the process lives.

    glibc learns to keep them, one heap for each thread, and pieces of them lie between what is in use: 200 MiB of a
    render of 960x540. Smaller ones than 16 MiB it may keep: that the system clears their pages anew for each one took a
    tenth of a run. Elsewhere there is nothing to do.
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        for option, value in MALLOC.items():
            libc.mallopt(option, value)


def trim_memory() -> None:
    """Hand freed memory back, so that one step's peak does not lie under the next one's.

    glibc keeps what many threads have freed; elsewhere there is nothing to do.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
