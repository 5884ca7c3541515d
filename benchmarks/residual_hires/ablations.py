"""What each part of the method is worth: dB over bilinear enlargement, in the hole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.residual_hires.detail_shot import DetailShot
from benchmarks.residual_hires.drive import Driven, OpenPlates, clean_plate, drive
from benchmarks.residual_hires.features import encoder_likeness, no_likeness, several_scales
from vfxlib.colour.acescct import code_value
from vfxlib.image.picture import Array
from vfxlib.layer_names import Provenance
from vfxlib.residual_hires.fill import Settings
from vfxlib.residual_hires.matching import Matching

__all__ = ["VARIANTS", "DetailCalibration", "Outcome", "calibrate", "hole_psnr", "measure_variant", "variant_settings"]

VARIANTS = (
    "bilinear",
    "cubic, averages kept",
    "+ temporal",
    "+ spatial",
    "+ grain: all of it",
    "temporal by registration",
    "temporal by flow",
    "temporal by both",
    "likeness: none",
    "likeness: shot's encoder",
    "likeness: patches, one scale",
    "likeness: patches, three scales",
)
BINS = (0.0, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0)


@dataclass(frozen=True)
class Outcome:
    """Of one variant on one set, means over frames.

    psnr     dB in the hole, display encoding
    over     dB over bilinear
    seconds  processor time a frame, its residuals and those of its references made before
    seen     share of the hole that other frames show
    """

    psnr: float
    over: float
    seconds: float
    seen: float


@dataclass(frozen=True)
class DetailCalibration:
    """Of the pixels of one range of confidence.

    low, high        of confidence
    share            of the hole
    expected, real   error, code values
    """

    low: float
    high: float
    share: float
    expected: float
    real: float


def variant_settings(name: str, shot: DetailShot) -> Settings:
    """The settings of a variant but bilinear."""
    temporal = Settings(grain=0.0, spatial=False)
    match name:
        case "cubic, averages kept":
            return Settings(grain=0.0, spatial=False, temporal=False)
        case "+ spatial":
            return Settings(grain=0.0)
        case "+ grain: all of it":
            return Settings()
        case "temporal by registration":
            return replace(temporal, matching=Matching(flow=False))
        case "temporal by flow":
            return replace(temporal, matching=Matching(registered=False))
        case "likeness: none":
            return replace(temporal, matching=Matching(likeness=no_likeness))
        case "likeness: shot's encoder":
            return replace(temporal, matching=Matching(likeness=encoder_likeness(shot)))
        case "likeness: patches, three scales":
            return replace(temporal, matching=Matching(likeness=several_scales))
        case _:
            return temporal


def measure_variant(
    name: str, shot: DetailShot, plates: OpenPlates, frames: Sequence[int]
) -> tuple[Outcome, Driven | None]:
    """Measure one variant; of bilinear there is nothing to drive."""
    enlarged = {i: cv2.resize(shot.low[i], shot.scales.full, interpolation=cv2.INTER_LINEAR) for i in frames}
    plain = [hole_psnr(np.asarray(enlarged[i], np.float32), shot.truth[i], shot.hole[i]) for i in frames]
    if name == "bilinear":
        return Outcome(float(np.mean(plain)), 0.0, 0.0, 0.0), None
    driven = drive(shot, plates, variant_settings(name, shot), frames)
    reached = [hole_psnr(clean_plate(shot, i, driven.fills[i]), shot.truth[i], shot.hole[i]) for i in frames]
    seen = [float((driven.fills[i].method == Provenance.RESIDUAL).mean()) for i in frames]
    over = [a - b for a, b in zip(reached, plain, strict=True)]
    seconds = float(np.mean(list(driven.seconds.values())))
    mean = float(np.mean(reached)), float(np.mean(over))
    return Outcome(*mean, seconds, float(np.mean(seen))), driven


def calibrate(shot: DetailShot, driven: Driven) -> list[DetailCalibration]:
    """Set the confidence of what other frames show against what came of it."""
    worth, real = [], []
    for index, fill in driven.fills.items():
        seen = fill.method == Provenance.RESIDUAL
        truth = shot.truth[index][fill.rows[seen], fill.columns[seen]]
        worth.append(fill.confidence[seen])
        real.append(np.abs(code_value(fill.colour[seen]) - code_value(truth)).mean(axis=1))
    confidence, error = np.concatenate(worth), np.concatenate(real)
    found = []
    for low, high in pairwise(BINS):
        inside = (confidence >= low) & ((confidence < high) | (high == BINS[-1]))
        if inside.any():
            expected = float(0.1 * (1 - confidence[inside]).mean())
            found.append(DetailCalibration(low, high, float(inside.mean()), expected, float(error[inside].mean())))
    return found


def hole_psnr(picture: Array, truth: Array, hole: NDArray[np.bool_]) -> float:
    """Decibels of a picture in its hole, display encoding.

    picture, truth  [h w 3]  linear Rec.709
    hole            [h w]
    """
    error = np.square(_display(picture[hole]) - _display(truth[hole])).mean()
    return float(-10 * np.log10(max(error, 1e-12)))


def _display(linear: Array) -> Array:
    """Encode for display: the sRGB curve, clipped to 0..1."""
    light = np.clip(linear, 0, 1)
    curve = 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055
    return np.asarray(np.where(light <= 0.0031308, 12.92 * light, curve), np.float32)
