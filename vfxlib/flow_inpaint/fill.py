"""The fill of one frame's hole: copied where another frame shows it, painted where none does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value
from vfxlib.confidence import confidence
from vfxlib.device import to_numpy
from vfxlib.flow_inpaint.border_error import border_error
from vfxlib.flow_inpaint.candidates import Candidates, Motions, Sources, gather_candidates
from vfxlib.flow_inpaint.control_points import control_points
from vfxlib.flow_inpaint.expected_error import expected_error
from vfxlib.flow_inpaint.exposure import exposure_fields, match_exposure
from vfxlib.flow_inpaint.frame_likeness import frame_shifts
from vfxlib.flow_inpaint.mrf import icm
from vfxlib.flow_inpaint.resample import sample
from vfxlib.flow_inpaint.returned_grain import returned_share
from vfxlib.flow_inpaint.selection import Drift, best_slots, choose
from vfxlib.flow_inpaint.source import Source
from vfxlib.flow_inpaint.temporal_mean import beyond_grain, temporal_mean
from vfxlib.grain.model import Grain, add_grain, grain_between, measure_grain
from vfxlib.image.picture import Array, is_light
from vfxlib.layer_names import Provenance
from vfxlib.motion.tracking import points_at
from vfxlib.pipeline.hole_fill import Fill
from vfxlib.spatial_fill.smooth import smooth_inpaint

__all__ = ["FillSettings", "candidates_of", "fill_frame"]

MEMORY = 12_000_000  # candidates of all pixels together, about 50 bytes each: a huge hole has fewer a pixel
FEWEST = 4
ASTRAY = 0.02  # of the plate's height: a copy whose way back ends farther off is of another place
CELL = 16.0  # pixels at least: side of the squares in which control points are taken together
DRIFTS = (0.02, 0.05, 0.1, 0.2, 0.4)  # pixels per frame that a position may grow uncertain by
SURE_GAIN = 0.98  # share of the error by time that likeness must leave at most to be taken in its place


@dataclass(frozen=True)
class FillSettings:
    """What an artist may ask of the fill.

    reach        frames, how far to look to either side
    candidates   frames that must have shown a pixel before the search ends
    light_match  0 copy the light as it is .. 1 match it in full
    grain        grain of painted pixels as a share of the grain around them
    seed         of all that is random
    places       True keeps where in its source each pixel lies, which takes memory
    """

    reach: int = 12
    candidates: int = 12
    light_match: float = 1.0
    grain: float = 1.0
    seed: int = 0
    places: bool = False


def candidates_of(count: int, settings: FillSettings) -> int:
    """Candidates that each pixel of a hole may have.

    count  pixels of the hole
    """
    return min(settings.candidates, max(FEWEST, MEMORY // max(count, 1)))


def fill_frame(
    index: int, hole: NDArray[np.bool_], *, source: Sources, motion: Motions, settings: FillSettings
) -> Fill:
    """Fill the hole of one frame.

    index    of the frame in the job
    hole     [h w]  True where pixels are to be made, over the window of ``source(index)``
    source   any frame of the shot, this one too; None where there is none
    motion   background motion between neighbouring frames; None across a cut or where there is none
    returns  the same bits whatever else was asked before; nothing that is not finite is ever used
    """
    own = source(index)
    assert own is not None, "a frame that is filled has a plate"
    rows, columns = np.nonzero(hole)
    left, top = own.window.x0, own.window.y0
    control_rows, control_columns = control_points(hole, own, radius=max(24, own.window.height // 14))
    points, control = points_at(columns + left, rows + top), points_at(control_columns + left, control_rows + top)
    most = candidates_of(len(rows), settings)
    candidates, controls = gather_candidates(
        index,
        points,
        control,
        source=source,
        motion=motion,
        reach=settings.reach,
        most=most,
        places=settings.places,
    )
    control_samples, cell = sample(control, own), max(CELL, own.window.height / 20)
    if settings.light_match > 0:
        fields = exposure_fields(control_samples.soft, control, controls, cell=cell)
        match_exposure(candidates, points, fields, settings.light_match)
        match_exposure(controls, control, fields, settings.light_match)
    controls = _first(controls, most)
    drift = _fitted_drift(controls, control_samples.sharp)
    plate = to_numpy(own.pixels).reshape(*own.known.shape, 3)
    selection, control_selection = choose(candidates, drift), choose(controls, drift)
    selection = icm(selection, candidates, drift, rows, columns, plate, own.known & ~hole)
    grain = measure_grain(plate, own.known, control_rows, control_columns)
    lost, lost_there = (grain_between(grain, x.sharp, x.nearest, x.phase) for x in (selection, control_selection))
    returned = returned_share(control_selection, control_samples, grain, lost_there)
    colour = selection.sharp + np.float32(returned) * lost
    steady = temporal_mean(selection, candidates, drift)
    colour += beyond_grain(steady, grain.at(selection.sharp), rows, columns)
    beside = border_error(points, control, control_selection, control_samples.sharp, cell)
    fill_confidence = confidence(expected_error(selection, control_selection, control_samples.sharp, beside.error))
    fill_confidence = np.where(selection.clean, 1, fill_confidence)
    there = (selection.mismatch <= ASTRAY * own.window.height) & ~beside.hopeless
    usable = selection.seen & (there | selection.clean) & np.isfinite(colour).all(axis=1)
    colour = _painted(index, plate, own, rows, columns, colour, usable, grain, settings)
    copied = np.where(selection.flowing, Provenance.FLOW_COPY, Provenance.REGISTERED_COPY)
    return Fill(
        rows,
        columns,
        own.window,
        colour.astype(np.float32),
        np.where(usable, fill_confidence, 0).astype(np.float32),
        np.where(usable, selection.offset, 0).astype(np.int16),
        np.where(usable, copied, Provenance.SPATIAL).astype(np.uint8),
        _places(columns + left, rows + top, selection.place, usable),
    )


def _places(x: NDArray[np.intp], y: NDArray[np.intp], place: Array, usable: NDArray[np.bool_]) -> Array:
    """Where each pixel comes from: its own place where it was painted."""
    own = np.stack([x, y], axis=1).astype(np.float32)[:, : place.shape[1]]
    return np.where(usable[:, None], place, own)


def _first(candidates: Candidates, most: int) -> Candidates:
    """Only as many candidates as a pixel of the hole would have."""
    return Candidates(*(getattr(candidates, name)[:most] for name in Candidates.__dataclass_fields__))


def _fitted_drift(controls: Candidates, truth: Array) -> Drift:
    """Choose how positions grow uncertain, with time or by how unlike a frame is: as control points are copied best."""
    if not controls.present.any():
        return DRIFTS[2]
    unlike = frame_shifts(controls, truth)
    drifts: list[Drift] = [*DRIFTS, *(() if unlike is None else (unlike,))]
    errors, right = [], code_value(truth)
    seen = np.flatnonzero(controls.present.any(axis=0))
    for slot in best_slots(controls, drifts):
        error = np.abs(code_value(controls.sharp[slot[seen], seen]) - right[seen]).mean(axis=1)
        errors.append(float(np.minimum(error, 0.1).mean()))
    by_time = int(np.argmin(errors[: len(DRIFTS)]))
    # a small gain is chance, and what moves on its own keeps its shape only in frames that are near in time
    return drifts[-1] if unlike is not None and errors[-1] < SURE_GAIN * errors[by_time] else DRIFTS[by_time]


def _painted(
    index: int,
    plate: Array,
    own: Source,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    colour: Array,
    usable: NDArray[np.bool_],
    grain: Grain,
    settings: FillSettings,
) -> Array:
    if usable.all():
        return colour
    # up to the matte's very edge, which stays in the picture: a margin is for copies, at this rim it would be a seam
    image, known = plate.copy(), is_light(plate)
    image[rows, columns], known[rows, columns] = colour, usable
    gap = np.zeros_like(known)
    gap[rows[~usable], columns[~usable]] = True
    painted = smooth_inpaint(image, known, gap)
    rng = np.random.default_rng((settings.seed, index))
    colour = colour.copy()
    colour[~usable] = add_grain(painted, grain, settings.grain, rng)
    return colour
