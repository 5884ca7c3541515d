"""A clip reads frames when asked, keeps what the budget allows, and reads ahead in a thread."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, Protocol, Self, TypeVar

__all__ = ["FrameCache"]


class Sized(Protocol):
    """Something that knows how much memory it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes."""


F = TypeVar("F", bound=Sized)


class FrameCache(Generic[F]):
    """Frames of a shot, at most ``budget`` bytes of them at a time.

    What is dropped when the budget is full is what lies farthest from the frame at work, or from the one asked for last
    if nobody says which that is. The budget changes how often a file is read, never what is read.

    read    makes one frame; called from several threads, once for each time that a frame is needed and not there
    frames  frames that exist, in order
    budget  bytes that the frames kept may take together; the one at work, or asked for last, is always kept
    """

    def __init__(self, read: Callable[[int], F], frames: Sequence[int], budget: int) -> None:
        self._read = read
        self._frames = tuple(frames)
        self._budget = budget
        self._kept: dict[int, Future[F]] = {}
        self._largest = 0
        self._centre: int | None = None
        self._lock = threading.Lock()
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ahead.shutdown(wait=True, cancel_futures=True)
        self._kept.clear()

    def __contains__(self, number: int) -> bool:
        return number in self._frames

    def __getitem__(self, number: int) -> F:
        """The frame; read now unless it is there or on its way. Errors of the reader come out here."""
        with self._lock:
            waiting = self._kept.get(number)
            mine = waiting is None or waiting.cancelled()
            if mine:
                waiting = self._kept[number] = Future()
        assert waiting is not None
        if mine:
            try:
                waiting.set_result(self._read(number))
            except BaseException as error:
                with self._lock:
                    self._kept.pop(number, None)  # the next one who asks tries again
                waiting.set_exception(error)
                raise
        frame = waiting.result()
        with self._lock:
            self._drop(number)
        return frame

    def centre(self, number: int) -> None:
        """Say which frame is at work: what lies near it is needed again, also while others are asked for."""
        with self._lock:
            self._centre = number

    def around(self, number: int, reach: int) -> list[int]:
        """The frames that exist within ``reach`` frames of this one, itself included, in order."""
        index = self._frames.index(number)
        return list(self._frames[max(0, index - reach) : index + reach + 1])

    def prefetch(self, number: int) -> None:
        """Read this frame in the thread, if there is room for it and it is not there yet."""
        with self._lock:
            if number in self._kept or number not in self._frames:
                return
            if self._largest == 0 or (len(self._kept) + 1) * self._largest > self._budget:
                return
            self._kept[number] = self._ahead.submit(self._fetch, number)

    def offer(self, number: int, make: Callable[[], F]) -> None:
        """Make a frame of what is at hand for another reason, if there is room for it and it is not there yet."""
        with self._lock:
            if number in self._kept or (len(self._kept) + 1) * self._largest > self._budget:
                return
            offered = self._kept[number] = Future()
        try:
            offered.set_result(make())
        except BaseException as error:
            with self._lock:
                self._kept.pop(number, None)  # who needs it reads it again and gets the error
            offered.set_exception(error)
            raise
        with self._lock:
            self._drop(number)

    def _fetch(self, number: int) -> F:
        try:
            return self._read(number)
        except BaseException:
            with self._lock:
                self._kept.pop(number, None)  # who needs it reads it again and gets the error
            raise

    def _drop(self, asked: int) -> None:
        size, centre = self._size(asked), asked if self._centre is None else self._centre
        self._largest = max(self._largest, size)
        if len(self._kept) * self._largest <= self._budget:
            return
        sizes = self._sizes()
        total = sum(sizes.values())
        for number in sorted(sizes, key=lambda n: -abs(n - centre)):
            if total <= self._budget or number == centre:
                break
            total -= sizes[number]
            del self._kept[number]

    def _sizes(self) -> dict[int, int]:
        return {number: size for number in self._kept if (size := self._size(number))}

    def _size(self, number: int) -> int:
        """Bytes of a frame that is there; 0 of one that is on its way, or could not be read."""
        frame = self._kept.get(number)
        there = frame is not None and frame.done() and not frame.cancelled() and not frame.exception()
        return frame.result().nbytes if frame is not None and there else 0
