"""The shot as one chain: its cuts, given or found, and where each frame lies in any other."""

from nodes.engine.context import StepContext
from nodes.processors.motion.motion_file import read_fields
from vfxlib.motion import Chain, Join, link

__all__ = ["chained"]


def chained(context: StepContext) -> Chain:
    """The chain of the shot from the files of the node's step ``motion``, by index in the job.

    The node has the parameters ``cuts`` and ``find_cuts``.

    raises  UsageError if the step has not run, PictureError if a file of it cannot be read
    """
    numbers = context.shot.frames
    joins: dict[int, Join] = {}
    for index, number in enumerate(numbers[:-1]):
        forward = read_fields(context.file("motion", number), context.digests.fingerprint).forward
        if forward is not None and forward.join is not None:
            joins[index] = forward.join
    given = {numbers.index(n) for n in context.values["cuts"] if n in numbers}
    if context.values["find_cuts"] != "auto":
        return link(range(len(numbers)), joins, given)
    chain = link(range(len(numbers)), joins)
    if not given <= set(chain.cuts):
        chain = link(range(len(numbers)), joins, given | set(chain.cuts))
    return chain
