"""Decibels of a result where other frames truly show the place, and where none does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.bench.sets import PreparedSet
from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.image.picture import Array, RawFrame
from vfxlib.image.reframe import reframe
from vfxlib.inputs.matte import open_matte
from vfxlib.inputs.shot import to_colour
from vfxlib.io.footage import Footage, open_footage
from vfxlib.metrics.hole import hole_of, srgb

__all__ = ["PartFigures", "measure_parts"]


@dataclass(frozen=True)
class PartFigures:
    """PSNR in the hole, display encoding, all frames together; None where there is no such pixel.

    whole   dB
    seen    dB, where another frame shows the place
    unseen  dB, where none does
    share   of the hole that is seen
    """

    whole: float
    seen: float | None
    unseen: float | None
    share: float | None


def measure_parts(result: Path, ready: PreparedSet) -> PartFigures:
    """Judge a result; of a set without a folder "seen" the parts are not told apart."""
    made, truth, matte = open_footage(result), open_footage(ready.truth), open_matte(str(ready.matte), ready.channel)
    shown = open_footage(ready.truth.parent / "seen") if (ready.truth.parent / "seen").exists() else None
    ours, theirs = (_colours(each) for each in (made, truth))
    square, count = np.zeros(2), np.zeros(2)
    for number in made.frames:
        raw = made.read(number)
        pixels, box = matte.read(number, raw.header.display)
        hole = hole_of(reframe(pixels, box, raw.header.data))
        error = np.square(_shown(raw, ours) - _shown(truth.read(number), theirs)).mean(axis=2)
        seen = np.zeros_like(hole) if shown is None else shown.read(number).channels["seen.A"].astype(np.float32) > 0
        for part, mask in enumerate((hole & seen, hole & ~seen)):
            square[part] += error[mask].sum()
            count[part] += mask.sum()
    whole = _decibels(square.sum(), count.sum())
    assert whole is not None, "a set has a hole"
    if shown is None:
        return PartFigures(whole, None, None, None)
    there, nowhere = (_decibels(float(square[i]), float(count[i])) for i in (0, 1))
    return PartFigures(whole, there, nowhere, float(count[0] / count.sum()))


def _colours(footage: Footage) -> Colours:
    header = footage.header(footage.frames[0])
    return open_colours(config=None, colorspace=None, output_colorspace=None, header=header)


def _shown(raw: RawFrame, colours: Colours) -> Array:
    return srgb(colours.to_rec709(to_colour(raw, colours)))


def _decibels(square: float, count: float) -> float | None:
    return -10 * math.log10(max(1e-12, square / count)) if count else None
