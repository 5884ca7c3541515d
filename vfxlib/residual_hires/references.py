"""Which frames to take detail from: by what they uncover, how alike they are there, and how near they lie in time."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["choose_references"]

NEARNESS = 0.03  # by which a frame counts less for each frame that it is away
ENOUGH = 0.01  # of the hole: references that add less are left out
TEMPERATURE = 0.1  # of likeness: a frame that does not match counts little


def choose_references(shows: Mapping[int, NDArray[np.bool_]], likeness: Mapping[int, Array], most: int) -> list[int]:
    """Choose references one by one, each time the one that adds most.

    A place gains from a second sighting half of what it gains from the first, from a third a third, and so on.

    shows     offset -> [n]  which of the hole's low pixels that frame shows
    likeness  offset -> [n]  how alike it is there, -1..1
    most      how many at most
    returns   offsets, the best first
    """
    worth = {
        offset: seen * np.exp((likeness[offset] - 1) / TEMPERATURE) / (1 + NEARNESS * abs(offset))
        for offset, seen in shows.items()
    }
    count = np.zeros(len(next(iter(shows.values()))) if shows else 0, np.float32)
    chosen: list[int] = []
    while len(chosen) < most:
        left = {offset: float((value / (1 + count)).mean()) for offset, value in worth.items() if offset not in chosen}
        best = max(left, key=lambda offset: (left[offset], -abs(offset), offset), default=None)
        if best is None or left[best] <= (ENOUGH / 4 if len(chosen) > 3 else 0):
            break
        chosen.append(best)
        count += worth[best]
    return chosen
