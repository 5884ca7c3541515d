"""Painting judged on what is known: a gap is moved beside itself, or widened, painted, and compared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from vfxlib.colour.acescct import linear_of
from vfxlib.image.picture import Array
from vfxlib.spatial_fill.exemplar import Exemplar

__all__ = ["Amounts", "HeldOut", "choose_amounts", "holdout_places", "measured_error"]

PLACES = 3  # onto which a gap is moved
UNKNOWN = (0.02, 0.25, 0.5)  # share of a place that may be unknown; the first is taken that finds a place
APART = 0.5  # sizes of the gap between two places
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
# share of the smooth fill's squared error that more texture may cost, for a flat patch shows among it; things in a
# wrong place are not forgiven
DETAIL_COST = 0.1
NOTHING = 1e-8  # squared code values: less is no error
BLUR = 0.25  # sizes of the gap over which the error that was measured is averaged


HeldOut = tuple[Exemplar, Array, NDArray[np.bool_]]
"""What n pixels were painted with, what is really there [n 3] in code values, and where that is known [n]."""


@dataclass(frozen=True)
class Amounts:
    """How much of what the patches add to a smooth fill is taken, 0..1.

    form, detail  as in ``Exemplar``
    """

    form: float
    detail: float

    def laid_over(self, painted: Exemplar) -> Array:
        """The fill in code values: [n 3]."""
        added = np.float32(self.form) * painted.form + np.float32(self.detail) * painted.detail
        return np.asarray(painted.smooth + painted.grain + added, np.float32)


def holdout_places(known: NDArray[np.bool_], gap: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Find where a gap could be moved so that what it hides there is known.

    known    [h w]  True where the picture is known; apart from the gap
    gap      [h w]  not empty
    returns  rows and columns to move it by, three at most, the nearest first and apart from each other
    """
    rows, columns = np.nonzero(gap)
    top, left = int(rows.min()), int(columns.min())
    shape = gap[top : rows.max() + 1, left : columns.max() + 1].astype(np.float32)
    hidden = _covered((~known).astype(np.float32), shape)
    size = max(shape.shape)
    for share in UNKNOWN:
        down, right = np.nonzero(hidden < share * shape.sum() + 0.5)
        places: list[tuple[int, int]] = []
        while len(down) and len(places) < PLACES:
            nearest = int(np.argmin((down - top) ** 2 + (right - left) ** 2))
            y, x = int(down[nearest]), int(right[nearest])
            places.append((y - top, x - left))
            far = (down - y) ** 2 + (right - x) ** 2 > (APART * size) ** 2
            down, right = down[far], right[far]
        if places:
            return places
    return []


def _covered(hidden: Array, shape: Array) -> Array:
    """How much of what is hidden a shape covers, at every place where it lies in the picture.

    It is ``scipy.signal.fftconvolve``, bit for bit, which takes 0.7 s to be imported.
    """
    axes = [axis for axis in (0, 1) if hidden.shape[axis] > 1 and shape.shape[axis] > 1]
    if not axes:
        return hidden * shape
    whole = [hidden.shape[axis] + shape.shape[axis] - 1 for axis in axes]
    sizes = [fft.next_fast_len(size, True) for size in whole]
    one, other = (fft.rfftn(each, sizes, axes=axes) for each in (hidden, shape[::-1, ::-1]))
    top, left = shape.shape[0] - 1, shape.shape[1] - 1
    rows, columns = hidden.shape[0], hidden.shape[1]
    return np.asarray(fft.irfftn(one * other, sizes, axes=axes)[top:rows, left:columns], np.float32)


def choose_amounts(held_out: list[HeldOut], rim: list[HeldOut]) -> Amounts:
    """Choose how much the patches count: the form that costs least, and most of the texture that costs hardly more.

    held_out  of every place that the gap was moved to
    rim       of the gap itself, widened. It tells as much as all places together: what the patches make of the gap's
              own surroundings, where these are of another kind than what lies beside them
    returns   nothing of the patches if nothing is held out
    """
    judges = [each for each in (held_out, rim) if each]
    if not judges:
        return Amounts(0.0, 0.0)
    share = np.mean([_share(each) for each in judges], axis=0).reshape(len(STEPS), len(STEPS))
    form = int(share.min(axis=1).argmin())
    detail = int(np.flatnonzero(share[form] <= share.min() + DETAIL_COST)[-1])
    return Amounts(STEPS[form], STEPS[detail])


def _share(held_out: list[HeldOut]) -> Array:
    """What all amounts of form and detail cost, as a share of the smooth fill's cost, so that no single place rules."""
    tried = [(form, detail) for form in STEPS for detail in STEPS]
    cost = np.array([[_squared(Amounts(*each), *place) for place in held_out] for each in tried]) + NOTHING
    return np.asarray((cost / cost[0]).mean(axis=1))


def _squared(amounts: Amounts, painted: Exemplar, truth: Array, known: NDArray[np.bool_]) -> float:
    """Mean squared error of cube roots of light, about as it looks to the eye."""
    seen, real = (np.cbrt(linear_of(code[known])) for code in (amounts.laid_over(painted), truth))
    return float(((seen - real) ** 2).mean(dtype=np.float64))


def measured_error(amounts: Amounts, held_out: list[HeldOut], gap: NDArray[np.bool_]) -> Array:
    """Expect the error of a fill from what it had on the held-out places.

    held_out  as for ``choose_amounts``, not empty
    gap       [h w]  n pixels
    returns   [n]  code values, mean of the channels: deeper in the gap more than at its rim
    """
    rows, columns = np.nonzero(gap)
    total, count = np.zeros(gap.shape, np.float32), np.zeros(gap.shape, np.float32)
    for painted, truth, known in held_out:
        error = np.abs(amounts.laid_over(painted) - truth).mean(axis=1)
        total[rows[known], columns[known]] += error[known]
        count[rows[known], columns[known]] += 1
    sigma = BLUR * max(np.ptp(rows) + 1, np.ptp(columns) + 1) / 2
    both = [ndimage.gaussian_filter(each, sigma, mode="constant")[gap] for each in (total, count)]
    return np.asarray(both[0] / np.maximum(both[1], 1e-6), np.float32)
