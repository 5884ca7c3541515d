"""Room for work whose memory is known only when it begins: frames with a large hole do not meet by chance."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["WorkRoom"]


class WorkRoom:
    """Lets threads work side by side as long as what they need fits; one alone is always let in.

    Who works inside must not ask again.

    most  bytes that they may take together
    """

    def __init__(self, most: int) -> None:
        self._most, self._used, self._inside = most, 0, 0
        self._changed = threading.Condition()

    @contextmanager
    def hold(self, size: int) -> Iterator[None]:
        """Wait until so many bytes are free, or nobody else works, and hold them meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: not self._inside or self._used + size <= self._most)
            self._inside, self._used = self._inside + 1, self._used + size
        try:
            yield
        finally:
            with self._changed:
                self._inside, self._used = self._inside - 1, self._used - size
                self._changed.notify_all()
