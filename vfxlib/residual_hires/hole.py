"""The hole of one frame at both resolutions, and the picture that its detail is added to."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box
from vfxlib.image.morphology import dilate_square
from vfxlib.image.picture import Array, is_light
from vfxlib.image.reframe import reframe
from vfxlib.image.tiles import bounds
from vfxlib.motion.field import Matrix
from vfxlib.residual_hires.back_projection import back_project
from vfxlib.residual_hires.frames import LowFrame, Target
from vfxlib.residual_hires.scales import Scales
from vfxlib.residual_hires.temporal import Ground

__all__ = ["Hole", "open_hole"]

AROUND = 8  # low pixels around the hole over which frames are compared
FOLLOWED = 6  # low pixels around it that are followed along the motion


@dataclass(frozen=True)
class Hole:
    """What is filled.

    points    [n 2]  plate pixels of the hole, row by row, display window's frame
    at        their rows and columns in arrays over ``box``
    low_box   Box    of low pixels: the hole and what is around it
    box       Box    of plate pixels: those under ``low_box``, and all of the hole
    followed  [h w]  low pixels that are to be found in other frames, over ``low_box``
    touched   [h w]  low pixels that the hole touches, over ``low_box``
    picture   [H W 3]  linear colour over ``box``: the plate where known, else the low picture enlarged; finite
    open      [H W]    the hole, over ``box``
    known     [H W]    True where the picture is plate
    low       the whole frame at low resolution, as it is believed
    share     [h w]    0..1, over ``low_box``: how far the outcome's area averages must be those of ``low``
    ground    what the references' own light is set against; None where the low picture is not in doubt
    """

    points: Matrix
    at: tuple[NDArray[np.intp], NDArray[np.intp]]
    low_box: Box
    box: Box
    followed: NDArray[np.bool_]
    touched: NDArray[np.bool_]
    picture: Array
    open: NDArray[np.bool_]
    known: NDArray[np.bool_]
    low: LowFrame
    share: Array
    ground: Ground | None = None

    @property
    def base(self) -> Array:
        """The enlarged low picture at the points, [n 3]."""
        return self.picture[self.at]

    def on(self, low: LowFrame, lean: Array, scales: Scales) -> Hole:
        """The same hole on another low picture, and how far [h w] it leans on the references, over ``low_box``."""
        whole = np.zeros(scales.low[::-1], np.float32)
        whole[self.low_box.slices(Box(0, 0, *scales.low))] = lean
        enlarged = scales.enlarge(low.colour, self.box)
        picture = np.where(self.known[..., None], self.picture, enlarged).astype(np.float32)
        return replace(self, low=low, share=self.share * (1 - lean), picture=picture, ground=Ground(low.colour, whole))

    def with_detail(self, detail: Array, scales: Scales) -> Array:
        """The picture with detail [n 3] at the points, its area averages made those of the low one: [H W 3]."""
        picture = self.picture.copy()
        picture[self.at] += detail
        return back_project(picture, self.open, self.box, self.low.colour, self.share, self.low_box, scales)

    def open_over(self, window: Box) -> NDArray[np.bool_]:
        """The hole over another window, [h w]."""
        return reframe(self.open, self.box, window)


def open_hole(target: Target, low: LowFrame, scales: Scales) -> Hole:
    """Lay out the work on a frame.

    target  the frame; its hole is not empty
    low     the same frame at low resolution
    """
    window = target.window
    display, whole_low = Box(0, 0, *scales.full), Box(0, 0, *scales.low)
    around = bounds(target.hole, window)
    inside = around & display
    if inside.empty:  # a hole beyond the picture: the low pixels nearest to it
        x, y = min(max(around.x0, 0), scales.full[0] - 1), min(max(around.y0, 0), scales.full[1] - 1)
        inside = Box(x, y, x + 1, y + 1)
    low_box = scales.low_box(inside).grown(AROUND) & whole_low
    under = scales.full_box(low_box)
    box = Box(min(under.x0, around.x0), min(under.y0, around.y0), max(under.x1, around.x1), max(under.y1, around.y1))
    touched = scales.touched(target.hole, window)[low_box.slices(whole_low)]
    if not touched.any():
        touched = np.ones_like(touched)
    picture = scales.enlarge(low.colour, box)
    common = box & window
    here, there = common.slices(box), common.slices(window)
    known, opened = np.zeros(picture.shape[:2], np.bool_), np.zeros(picture.shape[:2], np.bool_)
    known[here] = target.known[there] & is_light(target.plate[there]) & ~target.hole[there]
    opened[here] = target.hole[there]
    picture[here] = np.where(known[here][..., None], target.plate[there], picture[here])
    rows, columns = np.nonzero(opened)
    return Hole(
        np.stack([columns + box.x0, rows + box.y0], axis=-1).astype(np.float64),
        (rows, columns),
        low_box,
        box,
        dilate_square(touched, FOLLOWED),
        touched,
        np.ascontiguousarray(picture, np.float32),
        opened,
        known,
        low,
        np.ones(touched.shape, np.float32),
    )
