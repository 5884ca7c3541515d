"""Holding the signals that stop the work back while something must not be torn (standard library only)."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

__all__ = ["STOP_SIGNALS", "hold_signals", "raise_pending", "stop_requests"]

STOP_SIGNALS: tuple[signal.Signals, ...] = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""A farm or a scheduler that wants the machine, Ctrl-C, a terminal that was closed, Ctrl-Break of Windows."""


_requests: list[Callable[[], None]] = []


def raise_pending() -> None:
    """Stop here if a stop came while the main thread was where nothing may be raised; to be called between two frames.

    raises  what stops the work
    """
    if _requests and threading.current_thread() is threading.main_thread():
        _requests[-1]()


@contextmanager
def stop_requests(ask: Callable[[], None]) -> Iterator[None]:
    """Inside, ``raise_pending`` calls this: it raises if a stop is wanted."""
    _requests.append(ask)
    try:
        yield
    finally:
        _requests.remove(ask)


class hold_signals:  # noqa: N801  reads as what it is: with hold_signals():
    """What is inside is done whole; a signal that comes meanwhile is delivered at its end, the first one first.

    Not for long: whoever sends SIGTERM waits for three seconds. Outside the main thread there is nothing to do, for
    Python runs the handlers of signals in the main thread only.
    """

    def __init__(self) -> None:
        self._handlers: dict[signal.Signals, Any] = {}  # as they were
        self._noted: list[int] = []  # in the order in which they came

    def __enter__(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        try:
            for number in STOP_SIGNALS:
                handler = signal.getsignal(number)
                if handler not in (None, signal.SIG_IGN):  # None: of another program than Python; cannot be put back
                    self._handlers[number] = handler
                    signal.signal(number, self._note)
        except BaseException:  # one came before it was held back
            self._release()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        try:
            self._release()
        finally:
            for number in self._noted:
                signal.raise_signal(number)

    def _release(self) -> None:
        try:
            while self._handlers:
                number, handler = next(iter(self._handlers.items()))
                signal.signal(number, handler)
                del self._handlers[number]
        finally:
            if self._handlers:  # a handler raised as soon as it was back in its place
                self._release()

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number not in self._noted:
            self._noted.append(number)
