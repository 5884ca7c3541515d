"""The shot as one chain: its cuts, given or found, and where each frame lies in any other."""

from collections.abc import Sequence

from nodes.engine.context import StepContext
from nodes.processors.motion.motion_file import read_fields
from vfxlib.motion import Chain, Join, link

__all__ = ["chained", "joins_of"]


def chained(context: StepContext) -> Chain:
    """The chain of the shot from the files of the node's step ``motion``, by index in the job.

    The node has the parameters ``cuts`` and ``find_cuts``.

    raises  UsageError if the step has not run, PictureError if a file of it cannot be read
    """
    numbers = context.shot.frames
    joins = joins_of(context, range(len(numbers)))
    given = {numbers.index(n) for n in context.values["cuts"] if n in numbers}
    if context.values["find_cuts"] != "auto":
        return link(range(len(numbers)), joins, given)
    chain = link(range(len(numbers)), joins)
    if not given <= set(chain.cuts):
        chain = link(range(len(numbers)), joins, given | set(chain.cuts))
    return chain


def joins_of(context: StepContext, indices: Sequence[int]) -> dict[int, Join]:
    """How frames belong together with the next one, from the files of the node's step ``motion``, by index in the job.

    raises  as ``chained``
    """
    joins: dict[int, Join] = {}
    for index in indices[:-1]:
        path = context.file("motion", context.shot.frames[index])
        forward = read_fields(path, context.digests.fingerprint).forward
        if forward is not None and forward.join is not None:
            joins[index] = forward.join
    return joins
