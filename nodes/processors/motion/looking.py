"""Plate frames as motion estimation sees them: working colour over the display window, at motion resolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from nodes.processors.stage import Stage
from vfxlib.box import Box
from vfxlib.clip import Clip
from vfxlib.motion import View, look
from vfxlib.windows import cover

__all__ = ["Seen", "motion_shape", "views"]

T = TypeVar("T", bound=np.generic)

LINES = 540  # most lines of motion resolution; motion is smoother than the picture


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


def motion_shape(display: Box) -> tuple[int, int]:
    """Height and width at which motion is kept."""
    factor = min(1.0, LINES / display.height)
    return max(1, round(display.height * factor)), max(1, round(display.width * factor))


def views(stage: Stage, budget: int, *, fine: bool) -> Clip[Seen]:
    """A clip of views, counted by place in the job.

    budget  bytes that it may keep
    fine    with the full resolution, for measuring
    """

    def read(place: int) -> Seen:
        frame = stage.shot.read(stage.shot.frames[place])
        working = stage.shot.colours.to_working(frame.plate)
        display = stage.shot.display
        pixels = cover(working.pixels, working.window, display)
        known = cover(frame.known, working.window, display)
        return Seen(look(pixels, known, lines=LINES, fine=fine))

    return Clip(read, range(len(stage.shot.frames)), budget)
