"""Light that drifts between the frames of a shot, measured beside the hole and taken over into it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import light_of
from vfxlib.flow_inpaint.candidates import Candidates
from vfxlib.flow_inpaint.tracking import Points
from vfxlib.image.picture import Array
from vfxlib.spatial_fill.pull_push import pull_push

__all__ = ["LightField", "light_fields", "log_ratio", "match_exposure"]

DARK = 1e-4  # linear light below which a ratio says nothing
SURE = (3.0, 6.0)  # standard errors between which a difference begins to count and counts in full
SEEN = (0.002, 0.006)  # natural log of light, likewise: a smaller drift is invisible and stays out
ALIKE = 9  # pixels around that tell the same story: neighbours are not independent
HEARD = 16  # witnesses without whom a square says nothing
LONE = 0.3  # natural log: as much as light changes in one place of a picture and not in the others
MOST = 0.7  # natural log: about one stop


def log_ratio(here: Array, there: Array) -> Array:
    """Compare light, not colour.

    here, there  [m 3]  linear colour of the same places in two frames
    returns      [m]    natural log of here over there; NaN where either is dark or not finite
    """
    a, b = light_of(here), light_of(there)
    fine = (a > DARK) & (b > DARK) & np.isfinite(a) & np.isfinite(b)
    ratio = np.log(np.where(fine, a, 1)) - np.log(np.where(fine, b, 1))
    return np.where(fine, ratio, np.nan).astype(np.float32)


@dataclass(frozen=True)
class LightField:
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
        return _bilinear(self.value, x / self.cell - self.left - 0.5, y / self.cell - self.top - 0.5)


def light_fields(here: Array, beside: Points, votes: Candidates, cell: float) -> dict[int, LightField]:
    """Find how the light of each source differs from this frame's, from places that both show.

    here     [m 3]  linear colour of the witnesses in this frame, softened as the votes are
    beside   m positions of the witnesses in this frame
    votes    votes on the witnesses
    cell     pixels, side of the squares in which witnesses are heard together
    returns  offset of a frame -> its field; frames whose light surely does not differ are left out
    """
    fields = {}
    for offset in np.unique(votes.offset[votes.cast]):
        slot, at = np.nonzero(votes.offset == offset)
        ratio = log_ratio(here[at], votes.soft[slot, at])
        fine = np.isfinite(ratio)
        field = _field(ratio[fine], beside.x[at[fine]], beside.y[at[fine]], cell)
        if field is not None:
            fields[int(offset)] = field
    return fields


def match_exposure(votes: Candidates, points: Points, fields: dict[int, LightField], amount: float) -> Candidates:
    """Bring votes to this frame's light, without touching their colour.

    votes    k votes on each of n points
    points   the n points in this frame
    fields   light by offset
    amount   0 as it is .. 1 in full
    returns  the same votes, untouched, if no light differs
    """
    if not fields or amount <= 0:
        return votes
    factor = np.ones(votes.offset.shape, np.float32)
    for offset, field in fields.items():
        slot, at = np.nonzero(votes.offset == offset)
        factor[slot, at] = np.exp(np.float32(amount) * field.at(points.x[at], points.y[at]))
    scale = factor[..., None]
    return replace(votes, sharp=votes.sharp * scale, soft=votes.soft * scale, nearest=votes.nearest * scale)


def _field(ratio: Array, x: NDArray[np.float64], y: NDArray[np.float64], cell: float) -> LightField | None:
    if len(ratio) < HEARD:
        return None
    middle, error = _middle(ratio)
    gain = middle * _count(abs(middle), error)
    left, top = int(x.min() // cell), int(y.min() // cell)
    column, row = (x // cell).astype(np.intp) - left, (y // cell).astype(np.intp) - top
    value = np.zeros((int(row.max()) + 1, int(column.max()) + 1), np.float32)
    error_of, weight = np.ones_like(value), np.zeros_like(value)
    square = row * value.shape[1] + column
    order = np.argsort(square, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(square[order])) + 1):
        if len(part) >= HEARD:
            place = row[part[0]], column[part[0]]
            middle, error_of[place] = _middle(ratio[part])
            value[place], weight[place] = middle - gain, 1
    heard = weight > 0
    if heard.any():
        # a square counts if it is sure by itself, or if most squares are sure that the light has changed
        size, chance = np.abs(value[heard]), error_of[heard]
        most = _count(float(np.median(size)), float(np.median(size) / max(float(np.median(size / chance)), 1e-9)))
        own = [_count(float(s), float(e)) for s, e in zip(size, chance, strict=True)]
        value[heard] *= np.maximum(np.asarray(own, np.float32), np.float32(most))
        if most == 0:
            # a lone square that differs much shows a thing that went by, not light
            strange = np.abs(value) > LONE
            value[strange], weight[strange] = 0, 0
            heard &= ~strange
    value[heard] += np.float32(gain)
    if not heard.any():
        value[0, 0], weight[0, 0] = gain, 1
    if not value.any():
        return None
    value = np.clip(value, -MOST, MOST)
    plane = _plane(value, weight)
    return LightField(plane + pull_push((value - plane)[..., None], weight)[..., 0], left, top, cell)


def _plane(value: Array, weight: Array) -> Array:
    """The plane that fits best: a pyramid flattens a ramp of light in the middle of a wide hole."""
    y, x = np.indices(value.shape)
    terms = [np.ones(value.shape), x - x.mean(), y - y.mean()]
    sums = [[float((weight * a * b).sum()) for b in terms] for a in terms]
    right = [float((weight * a * value).sum()) for a in terms]
    # a little weight on flatness, for squares in one row say nothing of the other direction
    a, b, c = np.linalg.solve(np.array(sums) + 1e-2 * np.eye(3), np.array(right))
    return np.asarray(a * terms[0] + b * terms[1] + c * terms[2], np.float32)


def _middle(ratio: Array) -> tuple[float, float]:
    """Median and its standard error."""
    middle = float(np.median(ratio))
    error = 1.2533 * 1.4826 * float(np.median(np.abs(ratio - np.float32(middle)))) / np.sqrt(len(ratio) / ALIKE)
    return middle, max(error, 1e-9)


def _count(size: float, error: float) -> float:
    """How much a difference counts: 0 where it may be chance or cannot be seen, 1 where it is sure."""
    chance = np.clip((size / max(error, 1e-9) - SURE[0]) / (SURE[1] - SURE[0]), 0, 1)
    sight = np.clip((size - SEEN[0]) / (SEEN[1] - SEEN[0]), 0, 1)
    return float(min(chance, sight))


def _bilinear(field: Array, x: NDArray[np.float64], y: NDArray[np.float64]) -> Array:
    height, width = field.shape
    x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
    x0, y0 = np.minimum(x.astype(np.intp), max(width - 2, 0)), np.minimum(y.astype(np.intp), max(height - 2, 0))
    x1, y1 = np.minimum(x0 + 1, width - 1), np.minimum(y0 + 1, height - 1)
    fx, fy = x - x0, y - y0
    top = field[y0, x0] * (1 - fx) + field[y0, x1] * fx
    bottom = field[y1, x0] * (1 - fx) + field[y1, x1] * fx
    return np.asarray(top * (1 - fy) + bottom * fy, np.float32)
