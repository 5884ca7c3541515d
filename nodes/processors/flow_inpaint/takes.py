"""The takes that a shot is cut into, as the step register has found them or a person has corrected them."""

from collections.abc import Mapping

from nodes.engine.context import StepContext
from nodes.engine.shot_step import read_index
from vfxlib.errors import UsageError

__all__ = ["read_takes", "takes_around"]


def read_takes(context: StepContext) -> dict[int, int]:
    """Which take each frame belongs to, by index in the job.

    raises  UsageError if register has not run, or its file cannot be read
    """
    path = context.index_file("register")
    cuts = read_index(path, "registration").get("cuts")
    if not isinstance(cuts, list):
        raise UsageError(
            "is no registration that can be read (lists no cuts)",
            where=path,
            fix="mend it, or delete it so that it is made again",
        )
    first = {int(number) for number in cuts}
    take, takes = 0, {}
    for index, number in enumerate(context.shot.frames):
        take += number in first
        takes[index] = take
    return takes


def takes_around(context: StepContext, takes: Mapping[int, int], number: int) -> list[bool]:
    """Which of the frames within reach belong to a frame's own take: all that a registration changes in its result."""
    index = context.shot.frames.index
    own = takes[index(number)]
    return [takes[index(n)] == own for n in context.around(number)]
