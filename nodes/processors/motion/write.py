"""Going through the frames of a step that makes motion."""

from collections.abc import Callable, Sequence
from functools import partial

from nodes.engine.context import StepContext
from nodes.engine.frame_step import frame_tasks
from nodes.processors.motion.motion_file import Fields, write_fields
from vfxlib.motion.view import motion_shape
from vfxlib.pipeline.frame_tasks import map_ahead
from vfxlib.pipeline.writer import Writer

__all__ = ["make_fields"]


def make_fields(context: StepContext, frames: Sequence[int], make: Callable[[int], Fields], threads: int) -> None:
    """Make and write the motion of every one of some frames that is not done yet.

    make     the motion of a frame; called from several threads
    threads  frames to work on at once
    raises   FramesFailed when frames failed; OutputError at once when the work folder cannot be written
    """
    tasks = frame_tasks(context, frames)
    shape, size = motion_shape(context.shot.display), context.shot.display.size
    with Writer(2, tasks.done, tasks.fail) as writer:
        for number, result in map_ahead(make, tasks.todo(), threads):
            with tasks.doing(number):
                target = tasks.targets[number]
                write = partial(write_fields, target.path, result.result(), shape, size, target.fingerprint)
                writer.put(number, tasks.writing(number, write))
    tasks.finish()
