"""How SIGTERM, Ctrl-C and a closed terminal end the command: the first decides, and later ones change nothing.

Python runs handlers in the main thread, between any two instructions of its own. What a handler raises can come out of
an import of compiled code as another error, be lost in a ``__del__`` or in a callback, or leave a lock of ``threading``
taken for ever. So it is raised once, at a place where that does no harm, and again where it was lost; and before
anything is written the process just ends.
"""

import _thread
import os
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, ClassVar, Self

from vfxlib.errors import Stopped
from vfxlib.signals import STOP_SIGNALS, stop_requests

__all__ = ["INTERRUPTED", "STOPPED", "Stops", "begin_work"]

STOPPED = "stopped; start it again and it goes on where it was"
INTERRUPTED = 130  # exit code of Ctrl-C, as shells have it
LOOK_EVERY = 0.005  # seconds between two looks of the watch
AGAIN_AFTER = 0.05  # seconds; half of them at one instruction is to stand still
IMPORT = "<frozen importlib._bootstrap>"  # the file of the frames of an import
TAKE_LOCKS = {"threading", "concurrent", "queue", "logging"}  # in Python, where a signal may come before "with" holds


class _Interrupted(KeyboardInterrupt):
    """Ctrl-C; Python's own has no place for a weak reference."""


class Stops:
    """Turns the first signal that stops the work into Stopped or KeyboardInterrupt; as a context it puts back what was.

    In another thread than the main one it does nothing, for there Python handles no signals.

    leave  ends the process, given an exit code; called from the handler before work has begun. None, where the process
           is not ours to end
    """

    _current: ClassVar["Stops | None"] = None

    def __init__(self, leave: Callable[[int], object] | None = None) -> None:
        self._leave = leave
        self._first: int | None = None  # the signal that decides
        self._begun = self._raising = self._over = False
        self._raised: weakref.ref[BaseException] | None = None  # what was raised; dead when it was lost
        self._above: FrameType | None = None  # what is above this frame is the caller's
        self._stood: tuple[FrameType | None, int, float] = (None, 0, 0.0)  # frame, instruction, and since when
        self._arrivals: tuple[int, int] | None = None  # pipe to which Python writes the number of every signal
        self._lock = threading.Lock()  # the watch sends no signal after ``raising`` has ended
        self._before: dict[signal.Signals, Any] = {}
        self._hooks = (sys.excepthook, sys.unraisablehook)

    @property
    def exit_code(self) -> int | None:
        """What the signal that came first makes of the exit code; None if none came."""
        if self._first is None:
            return None
        return INTERRUPTED if self._first == signal.SIGINT else Stopped.exit_code

    def install(self) -> None:
        """Handle signals from now on."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._arrivals = _arrivals()
        self._hooks = (sys.excepthook, sys.unraisablehook)
        sys.excepthook, sys.unraisablehook = self._print, self._print_unraisable
        for number in STOP_SIGNALS:
            before = signal.getsignal(number)
            # SIGTERM always; others not where nohup or a shell's & has them ignored, or a host has plans of its own
            if before is not None and (
                number == signal.SIGTERM or before in (signal.SIG_DFL, signal.default_int_handler)
            ):
                self._before[number] = before
                signal.signal(number, self._handle)

    def ignore(self) -> None:
        """The work is over, and its exit code stands; to be called at the very end of a process."""
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)

    def __enter__(self) -> Self:
        self.install()
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        if self._before:
            sys.excepthook, sys.unraisablehook = self._hooks
        if self._arrivals is not None:
            signal.set_wakeup_fd(-1)
            for end in self._arrivals:
                os.close(end)

    @contextmanager
    def raising(self) -> Iterator[None]:
        """Inside, the first signal raises; a signal that comes after it comes too late, and changes nothing.

        raises  Stopped, KeyboardInterrupt
        """
        outer, Stops._current = Stops._current, self
        self._above, self._raising = sys._getframe(2), True  # whoever says "with", behind contextlib
        try:
            with stop_requests(self._raise_pending):
                if self._first is not None:
                    self._handle(self._first, None)
                yield
        finally:
            try:
                self._end()
            finally:  # it may have come just now
                self._end()
                Stops._current = outer

    def _end(self) -> None:
        with self._lock:
            self._over, self._raising = True, False
            self._above, self._stood = None, (None, 0, 0.0)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._over:
            return
        if self._first is None:
            self._first = self._came_first(number)
        if self._leave is not None and not self._begun:
            self._leave(self.exit_code or 0)
        if not self._raising or self._on_its_way():
            return
        if self._raised is None:
            with suppress(RuntimeError):  # no room for another thread
                _thread.start_new_thread(self._watch, ())  # threading's own takes locks that may be held right now
        error = self._error()
        self._raised = weakref.ref(error)
        try:
            if self._does_no_harm(frame):
                raise error
        finally:
            del error  # or its traceback, which holds this frame, would keep it alive

    def _raise_pending(self) -> None:
        if self._first is not None and self._raising:  # the work goes on: another error came over what was raised
            error = self._error()
            self._raised = weakref.ref(error)
            raise error

    def _error(self) -> BaseException:
        return _Interrupted() if self._first == signal.SIGINT else Stopped()

    def _came_first(self, number: int) -> int:
        """Which of several signals came first; Python runs the handlers of those that wait by their numbers."""
        if self._arrivals is None:
            return number
        with suppress(OSError):
            return next((came for came in os.read(self._arrivals[0], 4096) if came in self._before), number)
        return number

    def _on_its_way(self) -> bool:
        """True if what was raised is still held by somebody: by what unwinds, or by who puts things in order."""
        return self._raised is not None and self._raised() is not None

    def _does_no_harm(self, frame: FrameType | None) -> bool:
        """True if an error may come out of where the main thread is.

        Inside what takes locks only where it stands still: there it waits for one, and has not got it.
        """
        at, stood_at, since = self._stood
        instruction, now = (0 if frame is None else frame.f_lasti), time.monotonic()
        if frame is not at or instruction != stood_at:
            since = now
            self._stood = frame, instruction, now
        while frame is not None and frame is not self._above:
            if frame.f_code.co_filename == IMPORT:
                return False
            takes_locks = str(frame.f_globals.get("__name__")).partition(".")[0] in TAKE_LOCKS
            if takes_locks and now - since < AGAIN_AFTER / 2:
                return False
            frame = frame.f_back
        return True

    def _watch(self) -> None:
        """Send the signal again as long as nothing of it is on its way up."""
        main = threading.main_thread().ident
        while self._raising:
            time.sleep(LOOK_EVERY)
            with self._lock:
                number = self._lost()
                if number is None:
                    continue
                if hasattr(signal, "pthread_kill") and main is not None:
                    signal.pthread_kill(main, number)  # wakes it, too
                else:
                    _thread.interrupt_main(signal.Signals(number))

    def _lost(self) -> int | None:
        """The first signal, if nothing of it is on its way up though the work goes on."""
        return self._first if self._raising and not self._on_its_way() else None

    def _print(self, kind: Any, error: Any, where: Any) -> None:
        if isinstance(error, Stopped | _Interrupted):
            sys.last_value = sys.last_traceback = None  # compiled code has printed it: it is lost
        else:
            self._hooks[0](kind, error, where)

    def _print_unraisable(self, what: "sys.UnraisableHookArgs") -> None:
        if not isinstance(what.exc_value, Stopped | _Interrupted):
            self._hooks[1](what)


def _arrivals() -> tuple[int, int] | None:
    """A pipe to which Python writes the number of every signal, as it comes; None if it already does so elsewhere."""
    if sys.platform == "win32":  # where a pipe cannot be told not to wait
        return None
    ends = os.pipe()
    for end in ends:
        os.set_blocking(end, False)
    before = signal.set_wakeup_fd(ends[1], warn_on_full_buffer=False)
    if before == -1:
        return ends
    signal.set_wakeup_fd(before)
    for end in ends:
        os.close(end)
    return None


def begin_work() -> None:
    """From now on something is written: a stop must leave it whole, and unwinds."""
    if Stops._current is not None:
        Stops._current._begun = True
