"""Gaps in the matte of a job closed, for which the matte's files must be listed."""

from nodes.job import Job
from nodes.mend_mattes import mended
from vfxlib.inputs.chosen_objects import chosen_objects
from vfxlib.inputs.matte import open_matte
from vfxlib.io.footage import open_footage

__all__ = ["with_mended_mattes"]


def with_mended_mattes(job: Job) -> Job:
    """The job as it runs: with --mend-mattes and frames that have no matte, these are made from the others.

    raises  UsageError, SequenceError, MatteError, PictureError
    """
    shot = job.shot
    if not (shot.mend_mattes and shot.plate and shot.matte):
        return job
    matte = open_matte(
        shot.matte, shot.matte_channel, None if shot.matte_id < 0 else shot.matte_id, chosen_objects(shot.remove)
    )
    frames = shot.frames or open_footage(shot.plate).frames
    there = frames if matte.still else matte.frames
    return mended(job, {number: "" if matte.still else str(matte.footage.path(number)) for number in there}, frames)
