"""Painting judged on held-out places: a gap is moved onto what is known beside it, painted there, and compared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from vfxlib.colour.acescct import linear_of
from vfxlib.image.picture import Array
from vfxlib.spatial_fill.exemplar import Exemplar

__all__ = ["Amounts", "choose_amounts", "holdout_places", "measured_error"]

PLACES = 3  # onto which a gap is moved
UNKNOWN = (0.02, 0.25, 0.5)  # share of a place that may be unknown; the first is taken that finds a place
APART = 0.5  # sizes of the gap between two places
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
# shares of the smooth fill's squared error that more of the patches may cost: things in a wrong place are not forgiven,
# texture is, for a flat patch shows among it
FORM_COST, DETAIL_COST = 0.02, 0.2
NOTHING = 1e-8  # squared code values: less is no error
BLUR = 0.25  # sizes of the gap over which the error that was measured is averaged


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
    hidden = signal.fftconvolve((~known).astype(np.float32), shape[::-1, ::-1], mode="valid")
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


def choose_amounts(held_out: list[tuple[Exemplar, Array, NDArray[np.bool_]]]) -> Amounts:
    """Choose how much the patches count: most of what costs hardly more than the best.

    held_out  of every place: what it was painted with, what is really there [n 3] in code values, and where that is
              known [n]
    returns   nothing of the patches if there is no place
    """
    if not held_out:
        return Amounts(0.0, 0.0)
    tried = [(form, detail) for form in STEPS for detail in STEPS]
    cost = np.array([[_squared(Amounts(*each), *place) for place in held_out] for each in tried]) + NOTHING
    # as a share of what the smooth fill costs there, so that no single place rules
    share = (cost / cost[0]).mean(axis=1).reshape(len(STEPS), len(STEPS))
    form = int(np.flatnonzero(share.min(axis=1) <= share.min() + FORM_COST)[-1])
    detail = int(np.flatnonzero(share[form] <= share.min() + DETAIL_COST)[-1])
    return Amounts(STEPS[form], STEPS[detail])


def _squared(amounts: Amounts, painted: Exemplar, truth: Array, known: NDArray[np.bool_]) -> float:
    """Mean squared error of cube roots of light, about as it looks to the eye."""
    seen, real = (np.cbrt(linear_of(code[known])) for code in (amounts.laid_over(painted), truth))
    return float(((seen - real) ** 2).mean(dtype=np.float64))


def measured_error(
    amounts: Amounts, held_out: list[tuple[Exemplar, Array, NDArray[np.bool_]]], gap: NDArray[np.bool_]
) -> Array:
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
