"""Fills that one step has made and a later one of the same run makes again, held while there is room."""

from collections.abc import Hashable
from typing import Self

from vfxlib.pipeline.hole_fill import Fill

__all__ = ["KeptFills"]


class KeptFills:
    """Fills by what they are made from, each for the one who takes it first.

    What is kept changes no bit: who finds nothing makes it.

    room  bytes that they may take together; the first ones have it
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._fills: dict[Hashable, Fill] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._fills.clear()

    def keep(self, made_from: Hashable, fill: Fill) -> None:
        """Hold a fill if there is room for it."""
        if fill.nbytes <= self._room - sum(each.nbytes for each in self._fills.values()):
            self._fills[made_from] = fill

    def take(self, made_from: Hashable) -> Fill | None:
        """The fill that was made from this, which is given up here; None if it is not there."""
        return self._fills.pop(made_from, None)
