"""Keeping back what a library prints to Python's standard output, which belongs to the command's own words."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["capture_stdout"]

_lock = threading.Lock()
_held: list[Any] = []  # the gate that was put up last: print() of another thread uses it without holding it


class _Gate:
    """Stands before standard output; what some threads print is kept, all else goes on."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.kept: dict[int, list[str]] = {}

    def write(self, words: str) -> int:
        kept = self.kept.get(threading.get_ident())
        if kept is None:
            return int(self.stream.write(words) or 0)
        kept.append(words)
        return len(words)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextmanager
def capture_stdout() -> Iterator[list[str]]:
    """What this thread prints meanwhile, as a list that grows; other threads print on."""
    printed: list[str] = []
    me = threading.get_ident()
    with _lock:
        gate = sys.stdout if isinstance(sys.stdout, _Gate) else _Gate(sys.stdout)
        outer = gate.kept.get(me)
        gate.kept[me] = printed
        sys.stdout = gate
        _held[:] = [gate]
    try:
        yield printed
    finally:
        with _lock:
            if outer is None:
                del gate.kept[me]
            else:
                gate.kept[me] = outer
            if not gate.kept and sys.stdout is gate:
                sys.stdout = gate.stream
