"""What the steps of a node read once in a run: it outlives a step, until another node's step begins."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Self, TypeVar

from nodes.engine.memory_budget import MemoryBudget

__all__ = ["Kept"]

T = TypeVar("T", bound=AbstractContextManager[Any])


class Kept:
    """Opened things of one node, each made once.

    Used by one step after another, never by two at a time.
    """

    def __init__(self) -> None:
        self._view: object = None
        self._things: dict[Callable[..., Any], Any] = {}
        self._open = ExitStack()
        self._memory: MemoryBudget | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def memory(self, most: float) -> MemoryBudget:
        """The memory that is handed out to the steps, the same until what is kept is closed.

        most  GiB that the process may take
        """
        if self._memory is None:
            self._memory = MemoryBudget(most)
        return self._memory

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
        if self._memory is not None:
            self._memory.give_back()
        self._memory = None
