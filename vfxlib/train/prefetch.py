"""Drawing the material of the next step while this one runs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from vfxlib.train.objective import Batch

__all__ = ["Prefetch"]


class Prefetch:
    """One thread that draws at most one batch ahead; as a draw follows from its step alone, nothing else changes.

    draw  as ``Recipe.draw``; what it raises comes out of ``take``
    """

    def __init__(self, draw: Callable[[int], Batch]) -> None:
        self._draw = draw
        self._thread = ThreadPoolExecutor(1, "draw")
        self._next: tuple[int, Future[Batch]] | None = None

    def ask(self, step: int) -> None:
        """Begin to draw the batch of a step."""
        self._next = (step, self._thread.submit(self._draw, step))

    def take(self, step: int) -> Batch:
        """The batch of a step, drawn now if it was not asked for."""
        if self._next is None or self._next[0] != step:
            self.ask(step)
        assert self._next is not None
        _, future = self._next
        self._next = None
        return future.result()

    def __enter__(self) -> Prefetch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._next = None
        self._thread.shutdown(cancel_futures=True)
