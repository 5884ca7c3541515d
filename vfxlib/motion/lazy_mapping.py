"""Frames looked up one at a time, so that a window of them need not be in memory at once."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

__all__ = ["LazyMapping"]

T = TypeVar("T")


class LazyMapping(Mapping[int, T]):
    """A mapping that asks for a value each time.

    keys  the frames' indices
    find  gives the value of a key; whoever stands behind it decides what is kept
    """

    def __init__(self, keys: Collection[int], find: Callable[[int], T]) -> None:
        self._keys, self._find = tuple(keys), find

    def __getitem__(self, key: int) -> T:
        if key not in self._keys:
            raise KeyError(key)
        return self._find(key)

    def __iter__(self) -> Iterator[int]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys
