"""Writing behind: frames are compressed and flushed in a thread while the next one is worked on."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from vfxlib.signals import hold_signals

__all__ = ["Writer"]


class Writer:
    """Runs write jobs in order in one thread, at most ``ahead`` of them waiting, so that memory stays flat.

    ahead   jobs that may wait
    done    called with the frame when it is on disk
    failed  called with the frame and the error when it could not be written
    """

    def __init__(self, ahead: int, done: Callable[[int], None], failed: Callable[[int, Exception], None]) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="write-behind")
        self._waiting: deque[tuple[int, Future[None]]] = deque()
        self._ahead, self._done, self._failed = ahead, done, failed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with hold_signals():  # what was worked out is kept, also when the work was stopped or is stopped now
            try:
                while self._waiting:
                    self._settle()
            finally:
                self._pool.shutdown(wait=True)

    def wait(self) -> None:
        """Wait while too many are on their way; who makes the next frame ready only then holds one less."""
        while len(self._waiting) >= self._ahead:
            self._settle()

    def put(self, number: int, write: Callable[[], None]) -> None:
        """Write a frame later; waits while too many are on their way."""
        self.wait()
        self._waiting.append((number, self._pool.submit(write)))

    def _settle(self) -> None:
        number, future = self._waiting.popleft()
        error = future.exception()
        if error is None:
            self._done(number)
        elif isinstance(error, Exception):
            self._failed(number, error)
        else:
            raise error
