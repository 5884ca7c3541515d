"""Gaps in a matte sequence closed: the mattes that are there become keys, from which the others are carried."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from nodes.fields import FittingParams
from nodes.job import Job, JobNode
from nodes.mask_propagate import MASK_PROPAGATE, MaskPropagateParams
from vfxlib.errors import UsageError
from vfxlib.io.frames import format_frames
from vfxlib.io.gaps import MOST_PARTS

__all__ = ["mended"]


def mended(job: Job, files: Mapping[int, str], frames: Collection[int]) -> Job:
    """The job with a key for every matte that is there and a node that makes the others, if it asks for that.

    Where it makes mattes already, its own node does it; else one that takes as long as the job's other fits, if there
    are any. A job in which nothing is missing stays as it is.

    files   frame -> file of the mattes that are there; more than the job's frames may be
    frames  of the job
    raises  UsageError if none of the frames has a matte
    """
    shot = job.shot
    if not shot.mend_mattes or set(frames) <= set(files):
        return job
    keys = {number: files[number] for number in sorted(set(frames) & set(files))} | dict(shot.key)
    if not keys:
        raise UsageError(
            f"none of the frames {format_frames(frames, MOST_PARTS)} has a matte from which the others could be made",
            where=f"--mend-mattes --matte {shot.matte}",
            fix="make one of them, on a frame that shows the object well",
        )
    nodes = job.nodes
    if not any(each.node.makes_mattes for each in nodes):
        params = MaskPropagateParams(objects="apart" if "," in shot.remove else "joined")
        fits = [each.params for each in nodes if isinstance(each.params, FittingParams)]
        if fits:
            params = replace(params, quality=fits[0].quality, iterations=fits[0].iterations, minutes=fits[0].minutes)
        nodes = (JobNode(MASK_PROPAGATE, params), *nodes)
    return replace(job, shot=replace(shot, matte="", key=tuple(keys.items()), mend_mattes=False), nodes=nodes)
