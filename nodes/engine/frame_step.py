"""FRAMES steps: which of their frames are to be made, where they go, and pictures made and written."""

from collections.abc import Callable, Sequence

from nodes.engine.context import StepContext
from nodes.engine.fingerprints import fingerprint_base, frame_fingerprint, input_digests
from nodes.engine.output import open_output
from vfxlib.image.tiles import Tiling
from vfxlib.inputs.shot import ShotFrame
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.frame_tasks import FrameTasks, Target
from vfxlib.render import OpenFrame, render

__all__ = ["frame_tasks", "render_frames"]


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
        fingerprints=context.digests,
    )


def render_frames(
    context: StepContext,
    clip: FrameCache[ShotFrame],
    tasks: FrameTasks,
    open_frame: Callable[[ShotFrame], OpenFrame],
    frame_bytes: int,
    tiling: Tiling = Tiling(),  # noqa: B008  a frozen value
    share: float = 0.5,
) -> None:
    """Make and write the pictures that are not done, with the node's feather if it has one.

    frame_bytes  that a frame at work takes beside the caches
    share        of the memory that frames at work may take together
    others       as ``vfxlib.render.render``, which also says what is raised
    """
    render(
        clip,
        tasks,
        open_frame,
        open_output(context, tasks),
        context.shot.colours,
        tiling=tiling,
        feather=float(context.values.get("feather", 0.0)),
        threads=context.resources.threads_within(frame_bytes, share),
    )
