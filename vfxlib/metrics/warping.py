"""Whether the fill moves as the background does: warping error along the truth's own motion."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.picture import Array

__all__ = ["Flow", "WarpingError", "motion_between"]

SMALLEST = 24  # pixels: dense flow is not to be had, nor safe to ask for, on pictures with a shorter side
Flow = Callable[[Array, Array], Array]
"""Dense flow: from [h w 3] and to [h w 3], encoded 0..1; gives [h w 2] pixels, x right, y down, first to second."""


def motion_between(first: Array, second: Array, flow: Flow) -> tuple[Array, NDArray[np.bool_]]:
    """Motion from one frame to the next, and where it can be trusted.

    first, second  [h w 3]  encoded, of the truth
    flow           the estimator; the same for every method that is compared
    returns        [h w 2]  pixels, x right, y down; and [h w], False where the motion leaves the frame or does not come
                   back (Sundaram, Brox, Keutzer 2010, equation 5)
    """
    forward, backward = flow(first, second), flow(second, first)
    returned, inside = _pull(backward, forward)
    gap = ((forward + returned) ** 2).sum(axis=2)
    size = (forward**2).sum(axis=2) + (returned**2).sum(axis=2)
    return forward, np.asarray(inside & (gap <= 0.01 * size + 0.5))


def _pull(picture: Array, flow: Array) -> tuple[Array, NDArray[np.bool_]]:
    height, width = flow.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x, y = x + flow[..., 0], y + flow[..., 1]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    channels = [ndimage.map_coordinates(picture[..., c], (y, x), order=1) for c in range(picture.shape[2])]
    return np.stack(channels, axis=2), np.asarray(inside)


@dataclass
class WarpingError:
    """Mean squared difference along the motion, of the result and of the truth.

    result, truth  sums of squared differences of encoded values
    count          values that were counted
    pairs          pairs of frames that were looked at
    small          pairs of frames that are too small to find motion in
    """

    result: float = 0.0
    truth: float = 0.0
    count: int = 0
    pairs: int = 0
    small: int = 0

    def add(self, result: tuple[Array, Array], truth: tuple[Array, Array], hole: NDArray[np.bool_], flow: Flow) -> None:
        """Count two consecutive frames: the first against the second, pulled back along the truth's motion.

        Frames with a side of under 24 pixels are left out.

        result  two of [h w 3]  encoded
        truth   two of [h w 3]  the same encoding
        hole    [h w]           hole of the first frame
        flow    the estimator
        """
        self.pairs += 1
        if min(hole.shape) < SMALLEST:
            self.small += 1
            return
        first, second = (np.nan_to_num(frame, posinf=1.0, neginf=0.0) for frame in truth)
        forward, valid = motion_between(first, second, flow)
        with np.errstate(invalid="ignore"):  # inf - inf is no number, and what is none is not counted
            ours, theirs = ((pair[0] - _pull(pair[1], forward)[0]).astype(np.float64) for pair in (result, truth))
        where = hole & valid & np.isfinite(ours).all(axis=2) & np.isfinite(theirs).all(axis=2)
        self.result += float((ours[where] ** 2).sum())
        self.truth += float((theirs[where] ** 2).sum())
        self.count += 3 * int(np.count_nonzero(where))

    @property
    def ratio(self) -> float:
        """Warping error of the result over that of the truth; NaN where nothing was counted."""
        return self.result / self.truth if self.truth > 0 else float("nan")

    @property
    def obstacle(self) -> str:
        """Why there is no ratio; "" if there is one."""
        if self.truth > 0:
            return ""
        if not self.pairs:
            return "no two frames follow each other"
        if self.small == self.pairs:
            return f"frames with a side of under {SMALLEST} pixels are too small to find motion in"
        return "the truth does not change along its motion" if self.count else "no motion in the hole can be trusted"
