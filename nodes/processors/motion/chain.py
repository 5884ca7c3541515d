"""The shot as one chain: its cuts, given or found, and where each frame lies in any other."""

from collections.abc import Sequence

from nodes.engine.context import StepContext
from nodes.processors.motion.motion_file import read_join
from vfxlib.motion import Chain, Join, link

__all__ = ["chained", "join_of"]


def chained(context: StepContext) -> Chain:
    """The chain of the shot from the files of the node's step ``motion``, by index in the job.

    The node has the parameters ``cuts`` and ``find_cuts``.

    raises  UsageError if the step has not run, PictureError if a file of it cannot be read
    """
    numbers = context.shot.frames
    joins = _joins(context, range(len(numbers)))
    given = {numbers.index(n) for n in context.values["cuts"] if n in numbers}
    if context.values["find_cuts"] != "auto":
        return link(range(len(numbers)), joins, given)
    chain = link(range(len(numbers)), joins)
    if not given <= set(chain.cuts):
        chain = link(range(len(numbers)), joins, given | set(chain.cuts))
    return chain


def _joins(context: StepContext, indices: Sequence[int]) -> dict[int, Join]:
    joins = {index: join_of(context, index) for index in indices[:-1]}
    return {index: join for index, join in joins.items() if join is not None}


def join_of(context: StepContext, index: int) -> Join | None:
    """How a frame belongs together with the next one; None if that is not known.

    raises  as ``chained``
    """
    return read_join(context.file("motion", context.shot.frames[index]), context.digests.fingerprint)
