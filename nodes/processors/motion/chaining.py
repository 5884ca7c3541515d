"""The shot as one chain: its cuts, given or found, and where each frame lies in any other."""

from __future__ import annotations

from nodes.processors.motion.fields import read_fields
from nodes.processors.stage import Stage
from vfxlib.motion import Chain, Join, link

__all__ = ["chained"]


def chained(stage: Stage) -> Chain:
    """The chain of the shot from the files of the node's step ``motion``, by place in the job.

    The node has the parameters ``cuts`` and ``find_cuts``.

    raises  UsageError if the step has not run, PictureError if a file of it cannot be read
    """
    numbers = stage.shot.frames
    joins: dict[int, Join] = {}
    for place, number in enumerate(numbers[:-1]):
        way = read_fields(stage.file("motion", number)).forward
        if way is not None and way.join is not None:
            joins[place] = way.join
    asked = {numbers.index(n) for n in stage.values["cuts"] if n in numbers}
    if stage.values["find_cuts"] != "auto":
        return link(range(len(numbers)), joins, asked)
    chain = link(range(len(numbers)), joins)
    if not asked <= set(chain.cuts):
        chain = link(range(len(numbers)), joins, asked | set(chain.cuts))
    return chain
