"""What the steps of a node read once in a run: it outlives a step, until another node's step begins."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Protocol, Self, TypeVar

__all__ = ["Kept"]


class Opened(AbstractContextManager[Any], Protocol):
    """Something that is open until it is left, and knows how much memory it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes."""


T = TypeVar("T", bound=Opened)


class Kept:
    """Opened things of one node, each made once.

    Used by one step after another, never by two at a time.
    """

    def __init__(self) -> None:
        self._view: object = None
        self._things: dict[Callable[..., Any], Any] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def nbytes(self) -> int:
        """Bytes that all of them take now."""
        return sum(thing.nbytes for thing in self._things.values())

    def get(self, view: object, make: Callable[[], T], key: Callable[..., Any]) -> T:
        """What is kept under a key, made now if it is not there.

        view  the shot as the step sees it; what was kept for another one is closed first
        make  makes it
        key   what it is found by
        """
        if self._view != view:
            self.close()
            self._view = view
        if key not in self._things:
            self._things[key] = self._open.enter_context(make())
        thing: T = self._things[key]
        return thing

    def close(self) -> None:
        """Give everything up."""
        self._things.clear()
        self._open.close()
