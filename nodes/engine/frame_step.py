"""FRAMES steps: which of their frames are to be made, and where they go."""

from collections.abc import Sequence

from nodes.engine.context import StepContext
from nodes.engine.fingerprints import fingerprint_base, frame_fingerprint, input_digests
from vfxlib.pipeline.frame_tasks import FrameTasks, Target

__all__ = ["frame_tasks"]


def frame_tasks(context: StepContext, frames: Sequence[int]) -> FrameTasks:
    """The work of a FRAMES step on some frames.

    raises  UsageError if an earlier step has not run
    """
    base = fingerprint_base(context)
    input_digests(context, sorted({other for number in frames for other in context.around(number)}))  # side by side
    targets = {number: Target(context.path(number), frame_fingerprint(context, base, number)) for number in frames}
    return FrameTasks(
        name=context.name,
        targets=targets,
        overwrite=context.job.output.overwrite,
        keep_foreign=not context.is_result,
        progress=context.progress,
    )
