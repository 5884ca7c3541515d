"""The fill of one frame's hole: a low-resolution fill with the detail of other frames and of its own, and grain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vfxlib.confidence import confidence
from vfxlib.grain.model import CLIP, Grain, measure_grain
from vfxlib.image.box import Box
from vfxlib.image.morphology import dilate_square
from vfxlib.image.picture import Array
from vfxlib.layer_names import Provenance
from vfxlib.motion import Chain
from vfxlib.motion.field import Matrix, project
from vfxlib.pipeline.hole_fill import Fill
from vfxlib.residual_hires.expected_error import beside_hole, detail_error, detail_left, low_error
from vfxlib.residual_hires.frames import Shot, Target
from vfxlib.residual_hires.hole import Hole, open_hole
from vfxlib.residual_hires.leftover import from_anchors, from_same_frame, new_grain
from vfxlib.residual_hires.matching import Matching, match_references
from vfxlib.residual_hires.plate_frame import PlateFrame
from vfxlib.residual_hires.temporal import Aggregate, Reference, aggregate

__all__ = ["Settings", "fill_frame"]

GRAIN_PLACES = 6_000
RING = 14  # of the frame's height goes into the width of the ring in which grain is measured
NARROWEST = 24


@dataclass(frozen=True)
class Settings:
    """What is asked of the fill.

    matching  how references are found
    grain     what of the grain that a mean has lost comes back, and how strong new grain is, 0..1
    seed      of all that is random
    temporal, spatial  which residuals are used
    places    True keeps where in its source each pixel lies
    """

    matching: Matching = field(default_factory=Matching)
    grain: float = 1.0
    seed: int = 0
    temporal: bool = True
    spatial: bool = True
    places: bool = False


def fill_frame(index: int, number: int, target: Target, shot: Shot, settings: Settings) -> Fill:
    """Fill the hole of one frame.

    index     of the frame in the job
    number    what its file is called: its grain hangs on that
    target    the frame
    shot      all frames
    returns   the same bits whatever else was asked before. What no frame shows has the method SPATIAL, confidence 0,
              and the offset of the anchor that its detail comes from, 0 if it has its own; else the method is RESIDUAL
              and the offset that of the frame which gave more than half, 0 where none did
    """
    if not target.hole.any():
        return _nothing(target.window)
    hole, own = open_hole(target, shot.low(index), shot.scales), shot.plate(index)
    references: list[Reference] = []
    if settings.temporal:
        hole, references = match_references(index, hole, own, shot, settings.matching)
    found = aggregate(hole.points, hole.base, references, hole.ground)
    grain = _grain_around(hole)
    detail = found.residual + _lost_grain(found, hole.base, grain, settings.grain)
    offset, left = found.offset.copy(), np.flatnonzero(~found.seen)
    if len(left) and settings.spatial:
        detail[left], offset[left] = _leftover(index, number, hole, left, own, references, shot, settings, grain)
    error = beside_hole(hole, own, references, shot.scales).corrected(detail_error(found))
    error = error * detail_left(hole, shot.scales)
    worth = confidence(error + low_error(hole.points, hole.low, shot.scales))
    colour = hole.with_detail(detail, shot.scales)[hole.at]
    return Fill(
        hole.at[0] + hole.box.y0 - target.window.y0,
        hole.at[1] + hole.box.x0 - target.window.x0,
        target.window,
        np.where(np.isfinite(colour), colour, hole.base),
        np.where(found.seen, worth, 0).astype(np.float32),
        offset,
        np.where(found.seen, Provenance.RESIDUAL, Provenance.SPATIAL).astype(np.uint8),
        _places(index, hole.points, offset, references, shot.chain)[:, : 2 if settings.places else 0],
    )


def _places(
    index: int, points: Matrix, offset: NDArray[np.int16], references: Sequence[Reference], chain: Chain
) -> Array:
    """Where each point lies in the frame that its detail is from: [n 2]; its own place where there is no such frame."""
    places = points.copy()
    ways = {reference.alignment.offset: reference.alignment.positions for reference in references}
    for other in np.unique(offset[offset != 0]).tolist():
        at = np.flatnonzero(offset == other)
        way = ways.get(other)
        places[at] = project(chain.between(index, index + other), points[at]) if way is None else way(points[at])
    return places.astype(np.float32)


def _nothing(window: Box) -> Fill:
    none, pixels = np.zeros(0, np.intp), np.zeros(0, np.float32)
    colour = np.zeros((0, 3), np.float32)
    place = np.zeros((0, 2), np.float32)
    return Fill(none, none, window, colour, pixels, np.zeros(0, np.int16), np.zeros(0, np.uint8), place)


def _leftover(
    index: int,
    number: int,
    hole: Hole,
    left: NDArray[np.intp],
    own: PlateFrame,
    references: list[Reference],
    shot: Shot,
    settings: Settings,
    grain: Grain,
) -> tuple[Array, NDArray[np.int16]]:
    """Detail for the points that no frame shows, and the offset of the anchor that has it."""
    matching = settings.matching
    detail, found, offset = from_anchors(index, hole, left, references, shot, matching.reach, matching.likeness)
    rest = np.flatnonzero(~found)
    if len(rest):
        moved, strength = from_same_frame(hole, left[rest], own, shot.scales, settings.seed)
        missing = np.float32(settings.grain) * np.sqrt(1 - strength * strength)
        where, base = hole.points[left[rest]], hole.base[left[rest]]
        detail[rest] = moved + new_grain(where, base, grain, missing, hole.box, settings.seed, number)
    return detail, offset


def _grain_around(hole: Hole) -> Grain:
    """The plate's grain around the hole."""
    ring = hole.known & dilate_square(hole.open, max(NARROWEST, hole.box.height // RING))
    rows, columns = np.nonzero(ring)
    every = max(1, len(rows) // GRAIN_PLACES)
    return measure_grain(hole.picture, hole.known, rows[::every], columns[::every])


def _lost_grain(found: Aggregate, base: Array, grain: Grain, amount: float) -> Array:
    """What the strongest reference has beside the mean, as far as it is grain: what exceeds grain is misalignment."""
    limit = np.float32(CLIP) * grain.at(base + found.residual)
    return np.asarray(np.float32(amount) * np.clip(found.grain, -limit, limit), np.float32)
