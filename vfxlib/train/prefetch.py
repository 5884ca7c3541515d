"""Prefetching: the batch of the next step is sampled while this one runs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from vfxlib.train.objective import Batch

__all__ = ["Prefetch"]


class Prefetch:
    """One thread that samples at most one batch ahead; as a batch follows from its step alone, nothing else changes.

    sample_batch  as ``Objective.sample_batch``; what it raises comes out of ``result``
    """

    def __init__(self, sample_batch: Callable[[int], Batch]) -> None:
        self._sample_batch = sample_batch
        self._thread = ThreadPoolExecutor(1, "prefetch")
        self._next: tuple[int, Future[Batch]] | None = None

    def request(self, step: int) -> None:
        """Begin to sample the batch of a step."""
        self._next = (step, self._thread.submit(self._sample_batch, step))

    def result(self, step: int) -> Batch:
        """The batch of a step, sampled now if it was not requested."""
        if self._next is None or self._next[0] != step:
            self.request(step)
        assert self._next is not None
        _, future = self._next
        self._next = None
        return future.result()

    def __enter__(self) -> Prefetch:
        return self

    def __exit__(self, *_: object) -> None:
        self._next = None
        self._thread.shutdown(cancel_futures=True)
