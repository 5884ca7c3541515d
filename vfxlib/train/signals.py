"""Holding SIGTERM and Ctrl-C back while something must not be torn."""

import signal
import threading
from types import FrameType

__all__ = ["hold_signals"]


class hold_signals:  # noqa: N801  reads as what it is: with hold_signals():
    """What is inside is done whole; a signal that comes meanwhile is delivered at its end.

    For a few milliseconds at most: whoever sends SIGTERM waits for three seconds. Outside the main thread there is
    nothing to do, for Python runs the handlers of signals in the main thread only.
    """

    def __init__(self) -> None:
        self._guards = [_Guard(signal.SIGTERM), _Guard(signal.SIGINT)]
        self._main = threading.current_thread() is threading.main_thread()

    def __enter__(self) -> None:
        if self._main:
            try:
                for guard in self._guards:
                    guard.hold()
            except BaseException:  # one came before it was held back
                for guard in self._guards:
                    guard.release()
                raise

    def __exit__(self, *_: object) -> None:
        if self._main:
            first, second = self._guards
            try:  # nested, for a handler may raise as soon as it is back in its place
                try:
                    second.release()
                finally:
                    first.release()
            finally:
                for guard in self._guards:
                    guard.deliver()


class _Guard:
    """Stands in for the handler of one signal."""

    def __init__(self, number: signal.Signals) -> None:
        self._number, self._pending, self._installed = number, False, False
        self._handler = signal.getsignal(number)

    def hold(self) -> None:
        if self._handler is not None:  # None: set by another program than Python, which we could not put back
            signal.signal(self._number, self._note)
            self._installed = True

    def release(self) -> None:
        if self._installed:
            signal.signal(self._number, self._handler)

    def deliver(self) -> None:
        if self._pending:
            self._pending = False
            signal.raise_signal(self._number)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._pending = True
