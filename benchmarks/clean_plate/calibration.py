"""Whether the confidence of a fill says how wrong it is: expected against measured error, on known truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import stats

from vfxlib.colour.ocio import open_colours
from vfxlib.confidence import FULL_DOUBT
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, Picture, RawFrame
from vfxlib.image.pixel_types import as_float
from vfxlib.io.footage import Footage, rgb
from vfxlib.metrics.hole import hole_of

__all__ = ["Calibration", "CalibrationBin", "calibration_from_mapping", "calibration_of", "measure_calibration"]

EDGES = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)
PAINTED = 3  # provenance.method
MOST_RANKED = 400_000  # pixels that the rank correlation is taken from


@dataclass(frozen=True)
class CalibrationBin:
    """Pixels, not spatially painted, whose confidence lies between two values.

    low, high  confidence
    share      of all hole pixels
    expected   mean error that the confidence promises, working code values
    measured   mean error that was found
    """

    low: float
    high: float
    share: float
    expected: float
    measured: float


@dataclass(frozen=True)
class Calibration:
    """How confidence and error belong together.

    bins           of the pixels that were copied, or painted by a network
    painted        share of hole pixels that were painted from their surroundings, which have confidence 0
    painted_error  mean error of these, working code values; None if there are none
    spearman       rank correlation of confidence with the error, sign turned: 1 is perfect; None without copied pixels
    """

    bins: tuple[CalibrationBin, ...]
    painted: float
    painted_error: float | None
    spearman: float | None


def calibration_from_mapping(values: Mapping[str, Any]) -> Calibration:
    """Of plain values, as ``dataclasses.asdict`` gives them."""
    bins = tuple(CalibrationBin(**part) for part in values["bins"])
    return Calibration(bins, values["painted"], values["painted_error"], values["spearman"])


def measure_calibration(result: Footage, truth: Footage, method: int | None = None) -> Calibration | None:
    """Compare the confidence of a layered clean plate with its error against the truth.

    result   with confidence.A, matte.A and provenance.method
    truth    the same frames without the object
    method   the only one whose pixels are looked at; None looks at all of the hole
    returns  None if no pixel is looked at
    """
    confidence, error, copied = [], [], []
    for number in result.frames:
        made, clean = result.read(number), truth.read(number)
        hole = hole_of(as_float(made.channels["matte.A"]))
        if method is not None:
            hole &= made.channels["provenance.method"] == method
        filled, true = _working(made), _working(clean)
        confidence.append(as_float(made.channels["confidence.A"])[hole])
        error.append(np.abs(filled - true).mean(axis=2)[hole])
        copied.append(made.channels["provenance.method"][hole] != PAINTED)
    if not sum(len(part) for part in confidence):
        return None
    return calibration_of(np.concatenate(confidence), np.concatenate(error), np.concatenate(copied))


def calibration_of(confidence: Array, error: Array, copied: Array) -> Calibration:
    """The same of arrays [n]: confidence, error in working code values, and 1 where the pixel was copied."""
    there = np.asarray(copied, bool)
    bins = []
    for low, high in pairwise(EDGES):
        inside = there & (confidence >= low) & ((confidence < high) | (high == EDGES[-1]))
        if inside.any():
            promised = float(FULL_DOUBT * (1 - confidence[inside]).mean())
            bins.append(CalibrationBin(low, high, float(inside.mean()), promised, float(error[inside].mean())))
    step = max(1, int(there.sum()) // MOST_RANKED)
    ranked = confidence[there][::step], -error[there][::step]
    differs = all(part.size > 2 and part.min() < part.max() for part in ranked)
    rank = stats.spearmanr(*ranked).statistic if differs else float("nan")
    return Calibration(
        tuple(bins),
        float(1 - there.mean()),
        float(error[~there].mean()) if not there.all() else None,
        float(rank) if np.isfinite(rank) else None,
    )


def _working(frame: RawFrame) -> Array:
    colours = open_colours(config=None, colorspace=None, output_colorspace=None, header=frame.header)
    window: Box = frame.header.data
    return colours.to_working(colours.to_linear(Picture(as_float(rgb(frame)), window))).pixels
