"""Fills that one step has made and a later one of the same run makes again, held while there is room."""

from typing import Self

from nodes.engine.context import StepContext
from vfxlib.pipeline.hole_fill import Fill

__all__ = ["KeptFills", "open_kept_fills"]

ROOM = 0.02  # of the memory: four pixels in a hundred of ten key frames in 4K are 140 MB


class KeptFills:
    """Fills by the index of their frame, each for the one who takes it first.

    What is kept changes no bit: who finds nothing makes it.

    room  bytes that they may take together; the first ones have it
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._fills: dict[int, Fill] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._fills.clear()

    def keep(self, index: int, fill: Fill) -> None:
        """Hold a fill if there is room for it."""
        if fill.nbytes <= self._room - sum(each.nbytes for each in self._fills.values()):
            self._fills[index] = fill

    def take(self, index: int) -> Fill | None:
        """The fill of a frame, which is given up here; None if it is not there."""
        return self._fills.pop(index, None)


def open_kept_fills(context: StepContext) -> KeptFills:
    """What the steps of a node have in common, empty."""
    return KeptFills(context.resources.kept_budget(ROOM))
