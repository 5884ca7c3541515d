"""Gaps painted from what surrounds them: smooth, with as much of patches as held-out places beside them allow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.colour.acescct import code_value, linear_of
from vfxlib.confidence import FULL_DOUBT
from vfxlib.image.area import area_average, area_maximum
from vfxlib.image.box import Box
from vfxlib.image.morphology import dilate_square
from vfxlib.image.picture import Array
from vfxlib.spatial_fill.exemplar import Exemplar, exemplar_inpaint
from vfxlib.spatial_fill.holdout import Amounts, HeldOut, choose_amounts, holdout_places, measured_error
from vfxlib.spatial_fill.smooth import smooth_inpaint

__all__ = ["Paint", "paint_gaps"]

JOIN = 4  # pixels: gaps nearer than this are painted together
AROUND = 1.5  # sizes of the gap that are searched on each side of it
LEAST, UTMOST = 40, 400  # pixels that are searched on each side
THIN = 1.5  # pixels from rim to rim of which nothing but a smooth fill is worth while
JUDGED = 4000  # pixels of a gap beyond which it is judged at a reduced size
RIM = 3  # pixels by which a gap is widened to see what patches make of what surrounds it
WHOLE = 0.999  # share of a reduced pixel that must be known


@dataclass(frozen=True)
class Paint:
    """What was painted in n gap pixels, row by row.

    colour  [n 3]  linear colour; finite, with grain where patches took part
    error   [n]    expected absolute error, code values; 0.1 where it could not be judged
    """

    colour: Array
    error: Array


def paint_gaps(image: Array, known: NDArray[np.bool_], gap: NDArray[np.bool_], *, seed: int) -> Paint:
    """Close gaps from what surrounds them.

    A smooth fill is never far off, but flat; patches hold texture and continue what is regular, but put things where
    none were. How much of them is taken is measured for each gap: it is moved onto known ground beside it, and widened
    where it is, and painted in the same way.

    image    [h w 3]  linear colour; anything where not known
    known    [h w]    True where the image holds background, from the plate or copied
    gap      [h w]    True where to paint; nothing there is looked at
    seed     the same gives the same bits
    """
    known = known & ~gap & np.isfinite(image).all(axis=2)
    colour = np.zeros((*gap.shape, 3), np.float32)
    colour[gap] = smooth_inpaint(image, known, gap)
    error = np.full(gap.shape, FULL_DOUBT, np.float32)
    labels, _ = ndimage.label(dilate_square(gap, JOIN))
    for label, bounds in enumerate(ndimage.find_objects(labels)):
        size = max(side.stop - side.start for side in bounds)
        reach = int(np.clip(AROUND * size, LEAST, UTMOST))
        box = tuple(slice(max(side.start - reach, 0), side.stop + reach) for side in bounds)
        mine = gap[box] & (labels[box] == label + 1)
        if not mine.any():
            continue
        thin = bool(ndimage.distance_transform_edt(np.pad(mine, 1)).max() <= THIN)
        part = _paint(image[box], known[box], mine, colour[box], (seed, label), patches=not thin)
        colour[box][mine], error[box][mine] = part.colour, part.error
    return Paint(colour[gap], error[gap])


def _paint(
    image: Array,
    known: NDArray[np.bool_],
    gap: NDArray[np.bool_],
    smooth: Array,
    seed: tuple[int, int],
    *,
    patches: bool,
) -> Paint:
    """One gap within its surroundings.

    smooth   [h w 3]  linear colour: a smooth fill of the gap
    patches  False for a gap that is too thin for them
    """
    small_image, small_known, small_gap = _reduced(image, known, gap)
    # moved, it stays within the picture
    moved = [np.roll(small_gap, place, (0, 1)) for place in holdout_places(small_known, small_gap)]
    held_out = [_held_out(small_image, small_known, each, seed, patches=patches) for each in moved]
    amounts = Amounts(0.0, 0.0)
    if patches:
        rim = dilate_square(small_gap, RIM) & small_known
        widened = [_held_out(small_image, small_known, small_gap | rim, seed, patches=True)] if rim.any() else []
        amounts = choose_amounts(held_out, widened)
    painted = exemplar_inpaint(image, known, gap, smooth, np.random.default_rng(seed)) if patches else None
    colour = smooth[gap]
    if painted is not None:
        mixed = linear_of(amounts.laid_over(painted))
        colour = np.where(np.isfinite(mixed), mixed, colour)
    error = np.full(gap.shape, FULL_DOUBT, np.float32)
    if held_out:
        measured = np.zeros(small_gap.shape, np.float32)
        measured[small_gap] = measured_error(amounts, held_out, small_gap)
        rows, columns = np.nonzero(gap)
        high, wide = (np.array(measured.shape) / gap.shape).tolist()
        error[rows, columns] = measured[(rows * high).astype(np.intp), (columns * wide).astype(np.intp)]
    return Paint(colour, error[gap])


def _reduced(
    image: Array, known: NDArray[np.bool_], gap: NDArray[np.bool_]
) -> tuple[Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """The picture at the size at which a gap is judged: a large one costs no more than a small one."""
    factor = int(np.ceil(np.sqrt(np.count_nonzero(gap) / JUDGED)))
    if factor <= 1:
        return image, known, gap
    height, width = gap.shape
    window, size, low = Box(0, 0, width, height), (width, height), (-(-width // factor), -(-height // factor))
    mean, share, _ = area_average(image, known, window, size, low)
    small_gap = area_maximum(gap.astype(np.float32), window, size, low) > 0
    return mean, (share > WHOLE) & ~small_gap, small_gap


def _held_out(
    image: Array,
    known: NDArray[np.bool_],
    hidden: NDArray[np.bool_],
    seed: tuple[int, int],
    *,
    patches: bool,
) -> HeldOut:
    """Something painted of which a part is known."""
    left = known & ~hidden
    smooth = np.zeros_like(image)
    smooth[hidden] = smooth_inpaint(image, left, hidden)
    truth = code_value(np.where(known[..., None], image, 0)[hidden])
    painted = exemplar_inpaint(image, left, hidden, smooth, np.random.default_rng(seed)) if patches else None
    if painted is None:
        nothing = np.zeros_like(truth)
        painted = Exemplar(code_value(smooth[hidden]), nothing, nothing, nothing)
    return painted, truth, known[hidden]
