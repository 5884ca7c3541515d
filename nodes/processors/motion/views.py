"""Plate frames as motion estimation sees them: working colour over the display window, at motion resolution."""

from __future__ import annotations

from dataclasses import dataclass

from nodes.engine.context import StepContext
from vfxlib.image.reframe import reframe
from vfxlib.motion import View, make_view
from vfxlib.motion.view import LINES
from vfxlib.pipeline.frame_cache import FrameCache

__all__ = ["Seen", "views"]


@dataclass(frozen=True)
class Seen:
    """A view that knows its size."""

    view: View

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        fine = self.view.fine
        more = 0 if fine is None else fine.grey.nbytes + fine.known.nbytes
        return self.view.working.nbytes + self.view.known.nbytes + more


def views(context: StepContext, budget: int, *, fine: bool) -> FrameCache[Seen]:
    """A clip of views, counted by place in the job.

    budget  bytes that it may keep
    fine    with the full resolution, for measuring
    """

    def read(place: int) -> Seen:
        frame = context.shot.read(context.shot.frames[place])
        working = context.shot.colours.to_working(frame.plate)
        display = context.shot.display
        pixels = reframe(working.pixels, working.window, display)
        known = reframe(frame.known, working.window, display)
        return Seen(make_view(pixels, known, lines=LINES, fine=fine))

    return FrameCache(read, range(len(context.shot.frames)), budget)
