"""What a fill does from frame to frame, measured without any truth: against the plate around it.

All is measured on what a person sees, the picture through the view, at a few hundred lines, where grain is small.

- Change: how much the fill differs from the next frame's along the motion of the background (the warping error of
  ``vfxlib.metrics.warping``, whose truth is missing here; the plate around the matte stands in for it).
- Slide: how the fill moves against its surroundings, by dense flow of the result on either side of the matte's rim.
- Grain: how strong the fill's finest detail is against that of the plate around it.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.grain.model import Grain, measure_grain
from vfxlib.image.picture import Array
from vfxlib.layer_names import BACKWARD, FORWARD, MATTE
from vfxlib.metrics.hole import hole_box, hole_of
from vfxlib.metrics.warping import motion_between
from vfxlib.motion.coarse import area_reduced
from vfxlib.motion.dense import dense_flow
from vfxlib.motion.sampling import blurred, box_mean, gaussian_pull_push, pixel_grid, sample
from vfxlib.review.false_colour import DisplayImage
from vfxlib.review.frame_view import FrameView

__all__ = ["MEASURED", "FillMotion", "PairMeasure", "grain_ratio"]

MEASURED = (f"{FORWARD}.u", f"{FORWARD}.v", f"{BACKWARD}.u", f"{BACKWARD}.v", MATTE)  # layers that are measured on
LINES = 270  # of the pictures in which motion is measured
SMALLEST = 24  # pixels of their shorter side: dense flow is not safe to ask for on less
RING = 12  # pixels around a matte, and inside of its rim, that are its surroundings
SMOOTH = 2  # pixels to every side over which a difference is averaged, so that grain is none
HIGH = 0.95  # quantile of the differences: what a twentieth of the hole does is seen
FEWEST = 48  # pixels that a measure is told of
STRUCTURE = (0.5 / 255) ** 2  # gradient in the weaker direction, squared, from which motion can be seen at all
COARSE_TO_FINE = (4.0, 2.0, 1.0)  # pixels of blur
ROUNDS = 3
FARTHEST = 12.0  # pixels
UNEVEN = 3.0  # times what surroundings move beside an affine motion as a rule
FASTEST = 1e4  # plate pixels a frame
MOST_PLACES = 5000  # at which grain is measured
GRAINLESS = 0.3  # codes of 255: below this there is only the rounding to whole codes


@dataclass(frozen=True)
class PairMeasure:
    """What is between two frames that follow each other; NaN where it cannot be told.

    first, second  their numbers
    fill           change of the fill along the motion, root mean square, codes of 255
    around         the same of the plate around it
    peak           change of the twentieth of the fill that changes most, codes of 255
    peak_around    the same of the plate around it
    slide          by how much the fill moves beside the motion that the result names, plate pixels a frame
    rim            by how much the fill's motion differs from that of its surroundings, beyond what is usual among
                   these, plate pixels a frame
    motion         motion of the surroundings, plate pixels a frame
    """

    first: int
    second: int
    fill: float = math.nan
    around: float = math.nan
    peak: float = math.nan
    peak_around: float = math.nan
    slide: float = math.nan
    rim: float = math.nan
    motion: float = math.nan


@dataclass(frozen=True)
class _Frame:
    """A frame at the size at which it is measured.

    result  [h w 3]  display, 0..1
    plate   [h w 3]  the same
    hole    [h w]    share that was filled
    onward  [h w 2]  motion of the background to the next frame, x right, y down, pixels of this size; None if the
                     result does not say
    back    [h w 2]  the same to the frame before
    scale   plate pixels for one of these
    """

    number: int
    result: Array
    plate: Array
    hole: Array
    onward: Array | None
    back: Array | None
    scale: float


class FillMotion:
    """Takes the frames of a result in order, and holds no more than one of them."""

    def __init__(self) -> None:
        self._before: _Frame | None = None

    def add(self, number: int, view: FrameView) -> PairMeasure | None:
        """Measure a frame against the one before it; None if the two do not follow each other.

        view  with the layers ``MEASURED``, as far as the result has them
        """
        before, this = self._before, _reduce(number, view)
        self._before = this
        if before is None or before.number != number - 1 or before.result.shape != this.result.shape:
            return None
        if min(this.hole.shape) < SMALLEST or not (before.hole > 0).any():
            return PairMeasure(before.number, number)
        return _measure(before, this)


def _reduce(number: int, view: FrameView) -> _Frame:
    result, plate = (area_reduced(p.astype(np.float32) / np.float32(255), LINES) for p in (view.result, view.plate))
    rows, columns = result.shape[:2]
    matte = view.data.get(MATTE)
    if matte is None:
        matte = np.zeros((rows, columns), np.float32)
    hole = _resized((hole_of(np.nan_to_num(matte))).astype(np.float32), rows, columns)
    scale = matte.shape[0] / rows
    onward, back = (_motion(view, names, scale, (rows, columns)) for names in (MEASURED[:2], MEASURED[2:4]))
    return _Frame(number, result, plate, hole, onward, back, scale)


def _motion(view: FrameView, names: tuple[str, ...], scale: float, shape: tuple[int, int]) -> Array | None:
    layers = [np.clip(np.nan_to_num(view.data[name]), -FASTEST, FASTEST) for name in names if name in view.data]
    if len(layers) < 2:
        return None
    u, v = (_resized(layer, *shape) for layer in layers)
    return np.stack([u, -v], axis=-1) / np.float32(scale)


def _resized(layer: Array, rows: int, columns: int) -> Array:
    """A layer at the measured size, whatever its own is."""
    small = area_reduced(layer, LINES)
    if small.shape == (rows, columns):
        return small
    at = np.linspace(0, small.shape[0] - 1, rows).round().astype(int)
    return np.asarray(small[at][:, np.linspace(0, small.shape[1] - 1, columns).round().astype(int)], np.float32)


def _measure(a: _Frame, b: _Frame) -> PairMeasure:
    near = ndimage.binary_dilation(a.hole > 0, iterations=2)
    motion = a.onward if a.onward is not None else _plate_motion(a, b)
    points = np.asarray(pixel_grid(*near.shape) + motion, np.float32)
    rows, columns = near.shape
    seen = (points >= 0).all(axis=2) & (points[..., 0] <= columns - 1) & (points[..., 1] <= rows - 1)
    if a.onward is not None and b.back is not None:  # what comes to light, or goes behind something, is in one only
        seen &= ((motion + sample(b.back, points)) ** 2).sum(axis=2) <= 0.01 * (motion**2).sum(axis=2) + 0.5
    filled_there = sample(b.hole, points)
    inside = (a.hole > 0.5) & seen
    ring = ndimage.binary_dilation(near, iterations=RING) & ~near & seen & (filled_there <= 0)
    difference = box_mean(a.result - sample(b.result, points), SMOOTH)
    change = np.asarray(np.sqrt((difference**2).mean(axis=2)) * 255, np.float32)
    return PairMeasure(
        a.number,
        b.number,
        _rms(change, inside),
        _rms(change, ring),
        _peak(change, inside),
        _peak(change, ring),
        *_slide(a, b, points, inside & (filled_there > 0.5), ring),
    )


def _plate_motion(a: _Frame, b: _Frame) -> Array:
    """Motion of the plate, carried into what was removed from around it."""
    known = ~ndimage.binary_dilation(a.hole > 0, iterations=RING // 2)
    return gaussian_pull_push(dense_flow(a.plate, b.plate), known)


def _rms(change: Array, where: NDArray[np.bool_]) -> float:
    values = change[where]
    return float(np.sqrt((values.astype(np.float64) ** 2).mean())) if values.size >= FEWEST else math.nan


def _peak(change: Array, where: NDArray[np.bool_]) -> float:
    values = change[where]
    return float(np.quantile(values, HIGH)) if values.size >= FEWEST else math.nan


def _slide(
    a: _Frame, b: _Frame, points: Array, fill: NDArray[np.bool_], ring: NDArray[np.bool_]
) -> tuple[float, float, float]:
    """How the fill slides along the motion that the result names, how that motion jumps at the matte's rim, and how
    the surroundings move; plate pixels.

    Outside of the matte the result is the plate, so its own flow tells how the plate moves, without the object.
    """
    greys = [np.ascontiguousarray(frame.result.mean(axis=2)) for frame in (a, b)]
    flow, trusted = motion_between(a.result, b.result, dense_flow)
    beside = np.zeros(2)  # of the fill, against the motion that is named
    slide = math.nan
    if a.onward is not None and (own := _shift(greys[0], greys[1], points, fill)) is not None:
        known = _shift(greys[0], greys[1], points, ring)
        beside = own if known is None else own - known
        slide = float(np.hypot(*beside)) * a.scale
    ring = ring & trusted & _structure(a.result)
    band = fill & (ndimage.distance_transform_edt(a.hole > 0) <= RING)
    if np.count_nonzero(ring) < FEWEST or np.count_nonzero(band) < FEWEST:
        return slide, math.nan, math.nan
    expected, spread = _affine(flow, ring, band)
    named = points[band] - pixel_grid(*ring.shape)[band] + beside if a.onward is not None else flow[band]
    jump = float(np.hypot(*np.median(named - expected, axis=0)))
    moves = float(np.hypot(*np.median(flow[ring], axis=0)))
    return slide, max(0.0, jump - UNEVEN * spread) * a.scale, moves * a.scale


def _affine(flow: Array, known: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> tuple[Array, float]:
    """An affine motion through what is known, where it is wanted, and how far what is known lies from it as a rule."""
    rows, columns = known.shape
    y, x = np.mgrid[:rows, :columns] / max(rows, columns)
    terms = np.stack([np.ones_like(x), x, y], axis=-1)
    weight = np.ones(int(np.count_nonzero(known)))
    for _ in range(ROUNDS):
        root = np.sqrt(weight)[:, None]
        model = np.linalg.lstsq(terms[known] * root, flow[known] * root, rcond=None)[0]
        distance = np.hypot(*(flow[known] - terms[known] @ model).T)
        weight = 1 / np.maximum(distance, 0.05)
    return np.asarray(terms[wanted] @ model, np.float32), float(np.median(distance))


def _shift(a: Array, b: Array, points: Array, where: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    """By how much a region lies beside where it should in the next frame (Lucas and Kanade 1981, one translation for
    all of it, and a light of its own).

    a, b     [h w]    grey, of both frames
    points   [h w 2]  where each pixel should lie in the second, pixels
    where    [h w]    the region
    returns  x and y, pixels; None without structure, or where it is farther than can be told
    """
    if np.count_nonzero(where) < FEWEST:
        return None
    shift, at = np.zeros(2), points[where]
    for sigma in COARSE_TO_FINE:
        first, second = blurred(a, sigma)[where], blurred(b, sigma)
        slopes = [np.ascontiguousarray(each, np.float32) for each in np.gradient(second)[::-1]]
        for _ in range(ROUNDS):
            moved = (at + shift).astype(np.float32)
            slope = np.stack([sample(each, moved) for each in slopes], axis=1).astype(np.float64)
            rest = (first - sample(second, moved)).astype(np.float64)
            slope, rest = slope - slope.mean(axis=0), rest - np.median(rest)
            weight = 1 / np.maximum(np.abs(rest), 1.5 * np.median(np.abs(rest)) + 1e-6)
            weighted = (slope * (weight / weight.sum())[:, None]).T
            matrix = weighted @ slope
            if np.linalg.eigvalsh(matrix)[0] < STRUCTURE:
                return None
            shift += np.clip(np.linalg.solve(matrix, weighted @ rest), -2, 2)
        if np.hypot(*shift) > FARTHEST:
            return None
    return shift


def _structure(picture: Array) -> NDArray[np.bool_]:
    """Where motion can be seen in every direction: the smaller eigenvalue of the structure tensor."""
    dy, dx = np.gradient(blurred(np.ascontiguousarray(picture.mean(axis=2)), 1.0))
    products = (np.asarray(first * second, np.float32) for first, second in ((dx, dx), (dy, dy), (dx, dy)))
    xx, yy, xy = (box_mean(each, 4) for each in products)
    return np.asarray((xx + yy) / 2 - np.sqrt(((xx - yy) / 2) ** 2 + xy**2) > STRUCTURE)


def grain_ratio(result: DisplayImage, plate: DisplayImage, matte: Array) -> float:
    """Variance of the fill's grain over that of the plate around it; NaN if either cannot be told.

    1 is grain like the surroundings', 0 a fill that is smooth. It is told on display codes, in which grain is about
    even, on the quietest places of both, at the brightness of the fill.

    result, plate  [h w 3]  display
    matte          [h w]    0..1
    """
    hole = hole_of(np.nan_to_num(matte))
    if np.count_nonzero(hole) < FEWEST:
        return math.nan
    width = max(16, plate.shape[0] // 14)
    box = hole_box(hole, width + 4)
    part = np.s_[box.y0 : box.y1, box.x0 : box.x1]
    hole, fill, around = hole[part], result[part].astype(np.float32), plate[part].astype(np.float32)
    outside = ~ndimage.binary_dilation(hole, iterations=2)
    ring = outside & (ndimage.distance_transform_edt(outside) <= width)
    ours, theirs = (_grain(picture, where) for picture, where in ((fill, hole), (around, ring)))
    if ours is None or theirs is None:
        return math.nan
    strength = theirs.at(ours.level.astype(np.float32))
    if strength.mean() < GRAINLESS:
        return math.nan
    return float((ours.sigma**2).mean() / (strength**2).mean())


def _grain(picture: Array, where: NDArray[np.bool_]) -> Grain | None:
    """Grain by brightness; None where there are too few places."""
    rows, columns = np.nonzero(where)
    every = max(1, len(rows) // MOST_PLACES)
    grain = measure_grain(picture, where, rows[::every], columns[::every])
    return grain if grain.level.any() or grain.sigma.any() else None
