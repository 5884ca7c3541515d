"""The takes that a shot is cut into, as the step register has found them or a person has corrected them."""

from collections.abc import Mapping
from pathlib import Path

from nodes.engine.context import StepContext
from nodes.engine.shot_step import read_index

__all__ = ["key_indices", "read_cuts", "read_takes", "takes_around"]


def read_takes(context: StepContext) -> dict[int, int]:
    """Which take each frame belongs to, by index in the job.

    raises  UsageError if register has not run, or its file cannot be read
    """
    first = read_cuts(context.index_file("register"))
    take, takes = 0, {}
    for index, number in enumerate(context.shot.frames):
        take += number in first
        takes[index] = take
    return takes


def read_cuts(path: Path) -> set[int]:
    """The first frames of new takes.

    raises  UsageError if the file cannot be read
    """
    return read_index(path, "registration", lambda content: {int(number) for number in content["cuts"]})


def takes_around(context: StepContext, takes: Mapping[int, int], number: int) -> list[bool]:
    """Which of the frames within reach belong to a frame's own take: all that a registration changes in its result."""
    index = context.shot.frames.index
    own = takes[index(number)]
    return [takes[index(n)] == own for n in context.around(number)]


def key_indices(takes: Mapping[int, int], reach: int, *, ends: bool = False) -> list[int]:
    """The key frames by index: evenly in every take, so near that paint from one reaches the next.

    ends  True adds the first and the last frame of every take, after the others: what a camera leaves behind or comes
          to is seen there alone
    """
    keys: list[int] = []
    for take in sorted(set(takes.values())):
        own = [index for index, other in takes.items() if other == take]
        count = -(-len(own) // reach)
        even = [own[(2 * i + 1) * len(own) // (2 * count)] for i in range(count)]
        keys += even + [index for index in dict.fromkeys((own[0], own[-1])) if ends and index not in even]
    return keys
