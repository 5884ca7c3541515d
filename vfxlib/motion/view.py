"""A frame as motion estimation sees it."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.motion.sampling import gaussian_pull_push

__all__ = ["LINES", "Fine", "View", "grey_of", "make_view", "motion_shape"]

LINES = 540  # most lines of motion resolution; motion is smoother than the picture
LUMA = np.array([0.25, 0.5, 0.25], np.float32)  # of working code values, any primaries: only for matching
RANGE = (-0.25, 1.5)  # working code values: beyond them is no texture, and a few bright pixels must not rule


@dataclass(frozen=True)
class Fine:
    """The plate's own resolution, needed to register to a hundredth of a pixel.

    grey   [H W]  working code values
    known  [H W]  True where the plate is background
    """

    grey: Array
    known: NDArray[np.bool_]


@dataclass(frozen=True)
class View:
    """One frame at the resolution at which motion is found.

    working  [h w c]  working code values, c = 1 or 3; the unknown is filled smoothly: nothing under a matte is seen
    known    [h w]    True where all of the plate's pixels below are known
    size              width and height of the plate in pixels
    fine     Fine     the full resolution; only ``measure`` needs it
    """

    working: Array
    known: NDArray[np.bool_]
    size: tuple[int, int]
    fine: Fine | None = None

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        more = 0 if self.fine is None else self.fine.grey.nbytes + self.fine.known.nbytes
        return self.working.nbytes + self.known.nbytes + more

    @property
    def grey(self) -> Array:
        """[h w] one channel to match by."""
        return grey_of(self.working)

    @property
    def scale(self) -> tuple[float, float]:
        """Pixels of this view per plate pixel, x and y."""
        height, width = self.known.shape
        return width / self.size[0], height / self.size[1]


def motion_shape(display: Box) -> tuple[int, int]:
    """Give the resolution at which motion is measured and kept.

    display  the plate's display window
    returns  height and width, at most ``LINES`` lines
    """
    factor = min(1.0, LINES / display.height)
    return max(1, round(display.height * factor)), max(1, round(display.width * factor))


def grey_of(working: Array) -> Array:
    """Weigh the channels into one: [h w c] -> [h w]."""
    if working.shape[2] == 1:
        return np.ascontiguousarray(working[..., 0])
    return np.asarray(working[..., 0] * LUMA[0] + working[..., 1] * LUMA[1] + working[..., 2] * LUMA[2], np.float32)


def make_view(working: Array, known: NDArray[np.bool_], *, lines: int = LINES, fine: bool = True) -> View:
    """Make a view of a frame.

    working  [H W c]  working code values (log-like: equal steps look equal), c = 1 or 3; NaN and inf are unknown
    known    [H W]    True where the plate shows background: outside matte and data window's outside
    lines             height of the view at most
    fine              keep the full resolution beside it, for ``measure``
    returns  View     the same bits whatever lies under the matte
    """
    height, width = known.shape
    known = known & np.isfinite(working).all(axis=2)
    clean = np.where(known[..., None], np.clip(working, *RANGE), 0).astype(np.float32)
    factor = min(1.0, lines / height)
    if factor < 1:
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        share = np.asarray(cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA))
        small = np.asarray(cv2.resize(clean, size, interpolation=cv2.INTER_AREA), np.float32).reshape(*size[::-1], -1)
        small_known = share > 0.999
        proxy = gaussian_pull_push(np.asarray(small / np.maximum(share, 1e-6)[..., None], np.float32), small_known)
    else:
        small_known, proxy = known, gaussian_pull_push(clean, known)
    proxy = np.ascontiguousarray(proxy)
    return View(proxy, small_known, (width, height), Fine(grey_of(clean), known) if fine else None)
