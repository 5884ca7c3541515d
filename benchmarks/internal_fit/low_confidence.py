"""The part of a hole where FlowInpaint is not sure of its fill."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from vfxlib.image.pixel_types import as_float
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import open_footage
from vfxlib.metrics.hole import hole_of

__all__ = ["FEW_PIXELS", "LOW_CONFIDENCE", "write_low_confidence_mattes"]

LOW_CONFIDENCE = 0.5  # below it a fill is painted anew
FEW_PIXELS = 100  # fewer tell nothing of a fill


def write_low_confidence_mattes(fill: Path, folder: Path) -> tuple[Path, dict[str, int]]:
    """Mattes of the part of the hole where the confidence of a fill is low.

    fill     result of FlowInpaint, with matte.A and confidence.A
    folder   where they go; what was there is deleted
    returns  the folder, and how many pixels the hole has ("hole") and that part of it ("low")
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    footage, counts = open_footage(fill), {"hole": 0, "low": 0}
    for number in footage.frames:
        frame = footage.read(number)
        hole = hole_of(as_float(frame.channels["matte.A"]))
        low = hole & (as_float(frame.channels["confidence.A"]) < LOW_CONFIDENCE)
        counts["hole"] += int(hole.sum())
        counts["low"] += int(low.sum())
        write_exr(
            folder / f"low.{number:04d}.exr",
            display=frame.header.display,
            origin=frame.header.origin,
            data=frame.header.data,
            aspect=1.0,
            channels={"A": low.astype(np.float16)},
            attributes={},
        )
    return folder, counts
