"""Plate frames as motion estimation sees them: working colour over the display window, at motion resolution."""

from nodes.engine.context import StepContext
from vfxlib.errors import PictureError
from vfxlib.image.reframe import reframe
from vfxlib.motion import View, make_view
from vfxlib.motion.view import LINES
from vfxlib.pipeline.frame_cache import FrameCache

__all__ = ["read_view", "views"]

LONGEST = 32766  # pixels of a side: OpenCV counts places in 16 bits


def views(context: StepContext, budget: int, *, fine: bool) -> FrameCache[View]:
    """A clip of views, counted by index in the job.

    budget  bytes that it may keep
    fine    with the full resolution, for measuring
    raises  as ``read_view``
    """
    _check(context)
    return FrameCache(lambda index: read_view(context, index, fine=fine), range(len(context.shot.frames)), budget)


def read_view(context: StepContext, index: int, *, fine: bool) -> View:
    """A frame of the plate as motion estimation sees it.

    index   of the frame in the job
    fine    with the full resolution, for measuring
    raises  PictureError if the plate is larger than motion can be found in
    """
    _check(context)
    frame = context.clip[context.shot.frames[index]]
    working = context.shot.colours.to_working(frame.plate)
    display = context.shot.display
    pixels = reframe(working.pixels, working.window, display)
    known = reframe(frame.known, working.window, display)
    return make_view(pixels, known, lines=LINES, fine=fine)


def _check(context: StepContext) -> None:
    if max(context.shot.display.size) > LONGEST:
        width, height = context.shot.display.size
        raise PictureError(
            f"is {width}x{height}; motion is found in pictures of up to {LONGEST} pixels a side",
            where=context.shot.plate.spelling,
            fix="cut the plate and the matte into parts",
        )
