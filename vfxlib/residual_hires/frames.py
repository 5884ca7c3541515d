"""What the method is given: the frames of a shot at both resolutions, and how they move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.motion import Chain
from vfxlib.residual_hires.alignment import Motions
from vfxlib.residual_hires.plate_frame import PlateFrame
from vfxlib.residual_hires.scales import Scales

__all__ = ["LowFrame", "Shot", "Target"]


@dataclass(frozen=True)
class LowFrame:
    """A whole frame at low resolution.

    colour      [h w 3]  linear: the plate reduced by area averages, and the fill wherever one of its pixels is removed
    known       [h w]    True where every plate pixel below is known
    confidence  [h w]    0..1 of the fill, 1 where known
    """

    colour: Array
    known: NDArray[np.bool_]
    confidence: Array

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.colour.nbytes + self.known.nbytes + self.confidence.nbytes


@dataclass(frozen=True)
class Target:
    """The frame that is filled, over its data window.

    plate   [h w 3]  linear colour; NaN and inf may occur where not known
    known   [h w]    True where it shows background
    hole    [h w]    True where pixels are to be made
    window  Box      display window's frame
    """

    plate: Array
    known: NDArray[np.bool_]
    hole: NDArray[np.bool_]
    window: Box


@dataclass(frozen=True)
class Shot:
    """The frames of a shot, by index in the job.

    scales    of plate and low pictures
    low       any frame at low resolution
    plate     any frame's residuals
    motion    the background's motion between neighbours, completed, plate pixels
    chain     where each frame lies in any other, plate pixels
    anchor    a finished frame's residuals in and around its hole; None of a frame that is no anchor, or not finished
    anchors   indices of the frames that ``anchor`` knows
    """

    scales: Scales
    low: Callable[[int], LowFrame]
    plate: Callable[[int], PlateFrame]
    motion: Motions
    chain: Chain
    anchor: Callable[[int], PlateFrame | None]
    anchors: tuple[int, ...] = ()
