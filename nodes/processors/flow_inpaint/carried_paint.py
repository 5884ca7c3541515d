"""Paint of key frames laid into another frame's gaps, and brought to what it meets there."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nodes.processors.paint_file import KeyPaint
from vfxlib.colour.acescct import code_value, linear_of
from vfxlib.confidence import painted_confidence
from vfxlib.flow_inpaint.transfer import TransferredPaint
from vfxlib.image.morphology import dilate_square
from vfxlib.image.picture import Array, is_light
from vfxlib.inputs.shot import ShotFrame
from vfxlib.layer_names import Provenance
from vfxlib.pipeline.hole_fill import Fill
from vfxlib.spatial_fill.exemplar import masked_mean
from vfxlib.spatial_fill.membrane import membrane
from vfxlib.spatial_fill.pull_push import pull_push
from vfxlib.spatial_fill.smooth import smooth_inpaint

__all__ = ["lay_paint"]

ROUNDS = 24  # of relaxation
NOTHING = 1e-9  # squared code values: less texture tells nothing
TEXTURE = 7  # pixels: texture is what the mean over so many takes away
RIM = 5  # pixels around a gap at which paint is compared with what is there

Transfer = Callable[[NDArray[np.intp], NDArray[np.intp]], TransferredPaint]
"""What of the paint reaches some columns and rows, display window's frame."""


def lay_paint(filled: Fill, frame: ShotFrame, index: int, keys: Mapping[int, KeyPaint], transfer: Transfer) -> Fill:
    """Put paint where it reaches, so that what is made up stands still in the shot.

    The light of a shot wanders and motion is never exact, so that paint brings seams along: what it differs by from the
    pixels around the gap is spread over it smoothly.

    filled    whose pixels of method SPATIAL are painted
    frame     the same frame of the shot
    index     of the frame in the job
    keys      index -> paint
    """
    gap = np.flatnonzero(filled.method == Provenance.SPATIAL)
    top, left = max(int(filled.rows[gap].min()) - RIM, 0), max(int(filled.columns[gap].min()) - RIM, 0)
    part = np.s_[top : int(filled.rows[gap].max()) + RIM + 1, left : int(filled.columns[gap].max()) + RIM + 1]
    clean, there = frame.plate.pixels[part].copy(), frame.known[part].copy()
    near = np.flatnonzero(
        (filled.rows >= top) & (filled.columns >= left) & (filled.rows < part[0].stop) & (filled.columns < part[1].stop)
    )
    at = filled.rows[near] - top, filled.columns[near] - left
    clean[at], there[at] = filled.colour[near], True
    unseen = np.zeros_like(there)
    unseen[filled.rows[gap] - top, filled.columns[gap] - left] = True
    rim = dilate_square(unseen, RIM) & ~unseen & there & is_light(clean)
    rows, columns = np.nonzero(unseen | rim)
    carried = transfer(columns + left + filled.window.x0, rows + top + filled.window.y0)
    reached, code = np.zeros_like(rim), np.zeros_like(clean)
    reached[rows, columns], code[rows, columns] = carried.reached, code_value(carried.colour)
    real = code_value(np.where(there[..., None], clean, 0))
    step = membrane(real - code, rim & reached, unseen & reached)
    mine = unseen[rows, columns]
    which, carried_mine = gap[carried.reached[mine]], carried.reached & mine
    colour, offset = filled.colour.copy(), filled.offset.copy()
    place, sure = filled.place.copy(), filled.confidence.copy()
    gain = _likeness(real, code, rim & reached, unseen & reached)[:, None]
    smooth = code_value(smooth_inpaint(clean, there & ~unseen, unseen & reached))
    colour[which] = linear_of(smooth + gain * (code[unseen & reached] + step - smooth))
    offset[which] = carried.offset[carried_mine]
    place[which] = carried.place[carried_mine, : place.shape[1]]
    error = _errors(keys, index + carried.offset[carried_mine].astype(np.intp), carried.place[carried_mine])
    sure[which] = painted_confidence(error)
    return replace(filled, colour=colour, offset=offset, place=place, confidence=sure)


def _likeness(real: Array, carried: Array, rim: NDArray[np.bool_], gap: NDArray[np.bool_]) -> Array:
    """How much of what was carried is found again in the texture around a gap: [n] for its pixels, 0..1.

    It is told place by place along the rim, for what crosses one side of a gap says nothing of the other; where nothing
    is told, the paint stays as it is.
    """
    real, carried = (np.where(rim[..., None], x - masked_mean(x, rim, TEXTURE), 0) for x in (real, carried))
    products = np.stack([(real * carried).sum(axis=2), (carried * carried).sum(axis=2)], axis=2)
    spread = pull_push(products.astype(np.float32), rim.astype(np.float32), ROUNDS)[gap]
    gain = np.clip(spread[:, 0] / np.maximum(spread[:, 1], NOTHING), 0, 1)
    return np.where(spread[:, 1] > NOTHING, gain, 1).astype(np.float32)


def _errors(keys: Mapping[int, KeyPaint], index: NDArray[np.intp], place: Array) -> Array:
    """The error that is expected of paint at places [n 2] of key frames [n], code values."""
    error = np.zeros(len(index), np.float32)
    for k, key in keys.items():
        mine = index == k
        x, y = np.rint(place[mine]).astype(np.intp).T
        rows, columns = key.error.shape
        error[mine] = key.error[np.clip(y - key.window.y0, 0, rows - 1), np.clip(x - key.window.x0, 0, columns - 1)]
    return error
