"""Going through the frames of a step that makes motion."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from nodes.processors.motion.fields import Fields, write_fields
from nodes.processors.motion.looking import motion_shape
from nodes.processors.stage import Stage
from vfxlib.work import Work, ahead
from vfxlib.writer import Writer

__all__ = ["make_fields"]


def make_fields(stage: Stage, work: Work, make: Callable[[int], Fields], threads: int) -> None:
    """Make and write the motion of every frame that is not done yet.

    make     the motion of a frame; called from several threads
    threads  frames to work on at once
    raises   FramesFailed when frames failed; OutputError at once when the work folder cannot be written
    """
    shape, size = motion_shape(stage.shot.display), stage.shot.display.size
    with Writer(2, work.done, work.fail) as writer:
        for number, result in ahead(make, work.todo(), threads):
            with work.doing(number):
                target = work.targets[number]
                writer.put(number, partial(write_fields, target.path, result.result(), shape, size, target.fingerprint))
    work.finish()
