"""Frames looked up one at a time, so that a window of them need not be in memory at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

__all__ = ["LazyMapping"]

T = TypeVar("T")


class LazyMapping(Mapping[int, T]):
    """A mapping that asks for a value each time.

    frames  the keys
    find    gives the value of a key; whoever stands behind it decides what is kept
    """

    def __init__(self, frames: Collection[int], find: Callable[[int], T]) -> None:
        self._frames, self._find = tuple(frames), find

    def __getitem__(self, frame: int) -> T:
        if frame not in self._frames:
            raise KeyError(frame)
        return self._find(frame)

    def __iter__(self) -> Iterator[int]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def __contains__(self, frame: object) -> bool:
        return frame in self._frames
