"""Exposure matching: light that drifts between frames, measured beside the hole and taken over into it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import light_of
from vfxlib.flow_inpaint.candidates import Candidates
from vfxlib.image.bilinear import bilinear
from vfxlib.image.picture import Array
from vfxlib.motion.tracking import Points
from vfxlib.spatial_fill.pull_push import pull_push

__all__ = ["ExposureField", "exposure_fields", "log_ratio", "match_exposure"]

DARK = 1e-4  # linear light below which a ratio says nothing
SIGNIFICANT = (3.0, 6.0)  # standard errors between which a difference begins to count and counts in full
VISIBLE = (0.002, 0.006)  # natural log of light, likewise: a smaller drift is invisible and stays out
CORRELATED = 9  # pixels around that say the same: neighbours are not independent
FEWEST = 16  # control points without which a square says nothing
OUTLIER = 0.3  # natural log: as much as light changes in one place of a picture and not in the others
MOST = 0.7  # natural log: about one stop


def log_ratio(own: Array, other: Array) -> Array:
    """Compare light, not colour.

    own, other  [m 3]  linear colour of the same places in two frames
    returns     [m]    natural log of own over other; NaN where either is dark or not finite
    """
    a, b = light_of(own), light_of(other)
    valid = (a > DARK) & (b > DARK) & np.isfinite(a) & np.isfinite(b)
    ratio = np.log(np.where(valid, a, 1)) - np.log(np.where(valid, b, 1))
    return np.where(valid, ratio, np.nan).astype(np.float32)


@dataclass(frozen=True)
class ExposureField:
    """How much lighter this frame is than a source, slowly changing over the picture.

    value  [h w]  natural log of this frame's light over the source's
    left, top     the first square's column and row on the grid of squares that hangs on the display window's origin
    cell          pixels, side of a square
    """

    value: Array
    left: int
    top: int
    cell: float

    def at(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Array:
        """Bilinear value at n positions in this frame, pixels."""
        column, row = x / self.cell - self.left - 0.5, y / self.cell - self.top - 0.5
        return bilinear(self.value[..., None], column, row)[:, 0].astype(np.float32)


def exposure_fields(own: Array, control: Points, candidates: Candidates, cell: float) -> dict[int, ExposureField]:
    """Find how the light of each source differs from this frame's, from places that both show.

    own         [m 3]  linear colour of the control points in this frame, softened as the candidates are
    control     m positions of the control points in this frame
    candidates  of the control points
    cell        pixels, side of the squares whose control points are taken together
    returns     offset of a frame -> its field; frames whose light surely does not differ are left out
    """
    fields = {}
    for offset in np.unique(candidates.offset[candidates.present]):
        slot, at = np.nonzero(candidates.offset == offset)
        ratio = log_ratio(own[at], candidates.soft[slot, at])
        valid = np.isfinite(ratio)
        field = _field(ratio[valid], control.x[at[valid]], control.y[at[valid]], cell)
        if field is not None:
            fields[int(offset)] = field
    return fields


def match_exposure(candidates: Candidates, points: Points, fields: dict[int, ExposureField], amount: float) -> None:
    """Bring candidates to this frame's light, without touching their colour.

    candidates  k of each of n points; changed here, for a copy of them may take hundreds of megabytes
    points      the n points in this frame
    fields      exposure by offset
    amount      0 as it is .. 1 in full
    """
    if not fields or amount <= 0:
        return
    gain = np.ones(candidates.offset.shape, np.float32)
    for offset, field in fields.items():
        slot, at = np.nonzero(candidates.offset == offset)
        gain[slot, at] = np.exp(np.float32(amount) * field.at(points.x[at], points.y[at]))
    for colour in (candidates.sharp, candidates.soft, candidates.nearest):
        colour *= gain[..., None]


def _field(ratio: Array, x: NDArray[np.float64], y: NDArray[np.float64], cell: float) -> ExposureField | None:
    if len(ratio) < FEWEST:
        return None
    median, error = _median_and_error(ratio)
    overall = median * float(_significance(abs(median), error))
    left, top = int(x.min() // cell), int(y.min() // cell)
    column, row = (x // cell).astype(np.intp) - left, (y // cell).astype(np.intp) - top
    value = np.zeros((int(row.max()) + 1, int(column.max()) + 1), np.float32)
    error_of, weight = np.ones_like(value), np.zeros_like(value)
    square = row * value.shape[1] + column
    count = np.bincount(square, minlength=value.size)
    many = np.flatnonzero(count >= FEWEST)
    medians, errors_of = _medians_and_errors(ratio, square, count)
    value.ravel()[many], error_of.ravel()[many] = medians[many] - overall, errors_of[many]
    weight.ravel()[many] = 1
    valid = weight > 0
    if valid.any():
        # a square counts if it is sure by itself, or if most squares are sure that the light has changed
        size, errors = np.abs(value[valid]), error_of[valid]
        typical = float(np.median(size))
        most = float(_significance(typical, float(np.median(size) / max(float(np.median(size / errors)), 1e-9))))
        own = _significance(size.astype(np.float64), errors.astype(np.float64))
        value[valid] *= np.maximum(own.astype(np.float32), np.float32(most))
        if most == 0:
            # a lone square that differs much shows a thing that went by, not light
            outlier = np.abs(value) > OUTLIER
            value[outlier], weight[outlier] = 0, 0
            valid &= ~outlier
    value[valid] += np.float32(overall)
    if not valid.any():
        value[0, 0], weight[0, 0] = overall, 1
    if not value.any():
        return None
    value = np.clip(value, -MOST, MOST)
    plane = _plane(value, weight)
    return ExposureField(plane + pull_push((value - plane)[..., None], weight)[..., 0], left, top, cell)


def _plane(value: Array, weight: Array) -> Array:
    """The least-squares plane: a pyramid flattens a ramp of light in the middle of a wide hole."""
    y, x = np.indices(value.shape)
    terms = [np.ones(value.shape), x - x.mean(), y - y.mean()]
    sums = [[float((weight * a * b).sum()) for b in terms] for a in terms]
    right = [float((weight * a * value).sum()) for a in terms]
    # a little weight on flatness, for squares in one row say nothing of the other direction
    a, b, c = np.linalg.solve(np.array(sums) + 1e-2 * np.eye(3), np.array(right))
    return np.asarray(a * terms[0] + b * terms[1] + c * terms[2], np.float32)


def _median_and_error(ratio: Array) -> tuple[float, float]:
    """Median and its standard error, from the median absolute deviation."""
    one = np.zeros(len(ratio), np.intp)
    median, error = _medians_and_errors(ratio, one, np.array([len(ratio)]))
    return float(median[0]), float(error[0])


def _medians_and_errors(
    ratio: Array, square: NDArray[np.intp], count: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Median and its standard error of every square at once.

    ratio   [n]  of the control points
    square  [n]  which square each of them lies in
    count   [m]  points of each square
    returns      [m] each; without meaning where there is no point
    """
    median = _medians(ratio, square, count)
    deviation = _medians(np.abs(ratio - median[square]), square, count)
    error = 1.2533 * 1.4826 * deviation.astype(np.float64) / np.sqrt(np.maximum(count, 1) / CORRELATED)
    return median.astype(np.float64), np.maximum(error, 1e-9)


def _medians(values: Array, square: NDArray[np.intp], count: NDArray[np.intp]) -> Array:
    """The median of each square: its values lie together in order once they are sorted by square and value."""
    ordered = values[np.lexsort((values, square))]
    first, last = np.cumsum(count) - count, len(values) - 1
    low, high = (np.clip(first + middle, 0, last) for middle in ((count - 1) // 2, count // 2))
    mean = (ordered[low] + ordered[high]) / np.float32(2)
    return np.asarray(np.where(low == high, ordered[low], mean), np.float32)


def _significance(size: float | NDArray[np.float64], error: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """How much a difference counts: 0 where it may be chance or cannot be seen, 1 where it is sure."""
    certain = np.clip((size / np.maximum(error, 1e-9) - SIGNIFICANT[0]) / (SIGNIFICANT[1] - SIGNIFICANT[0]), 0, 1)
    visible = np.clip((size - VISIBLE[0]) / (VISIBLE[1] - VISIBLE[0]), 0, 1)
    return np.asarray(np.minimum(certain, visible))
