"""A run's memory, handed out once: whatever is open at a time has parts of it that add up to no more than all."""

import psutil

__all__ = ["MemoryBudget"]


class MemoryBudget:
    """The memory that a run may take beside what its process held when the first of it was asked for.

    Parts are shares of one number that stays what it is: what is kept from step to step takes its parts first, a step
    shares out what they leave. Who asks for more than is left gets what is left.

    most  GiB that the process may take
    """

    def __init__(self, most: float) -> None:
        self._all = max(0, int(most * 2**30) - psutil.Process().memory_info().rss)
        self._kept = 0.0

    def keep(self, share: float, taken: float = 0.0) -> int:
        """Bytes of a part for what outlives the step at work.

        share  of all the memory
        taken  shares that the step at work has of its own
        """
        part = max(0.0, min(share, self.left(taken)))
        self._kept += part
        return round(self._all * part)

    def part(self, share: float, taken: float = 0.0) -> int:
        """Bytes of a part for the step at work; ``share`` and ``taken`` as of ``keep``."""
        return round(self._all * min(share, self.left(taken)))

    def left(self, taken: float = 0.0) -> float:
        """The share that nobody has; ``taken`` as of ``keep``."""
        return max(0.0, 1.0 - self._kept - taken)

    def share_of(self, size: int) -> float:
        """Which share so many bytes are, 1 at most."""
        return min(1.0, size / max(1, self._all))

    def give_back(self) -> None:
        """What was kept is closed."""
        self._kept = 0.0
