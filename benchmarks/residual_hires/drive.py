"""Runs the method on a shot with known truth, in memory: anchors first, then the rest."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.residual_hires.detail_shot import DetailShot
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.tiles import bounds
from vfxlib.pipeline.hole_fill import Fill
from vfxlib.residual_hires.fill import Settings, fill_frame
from vfxlib.residual_hires.frames import LowFrame, Shot, Target
from vfxlib.residual_hires.plate_frame import PlateFrame, open_plate_frame

__all__ = ["Driven", "OpenPlates", "clean_plate", "drive", "open_plates"]

FIRST = 1001
AROUND = 4  # pixels of a finished anchor that are kept around its hole


@dataclass(frozen=True)
class Driven:
    """What came of a shot.

    fills    index -> fill
    seconds  index -> processor time of that frame alone, the references' residuals made before
    """

    fills: dict[int, Fill]
    seconds: dict[int, float]


@dataclass(frozen=True)
class OpenPlates:
    """The residuals of all frames of a shot.

    frames   by index
    seconds  processor time a frame
    """

    frames: tuple[PlateFrame, ...]
    seconds: float


def open_plates(shot: DetailShot) -> OpenPlates:
    """Take the lower resolution off all frames."""
    whole = Box(0, 0, *shot.scales.full)
    begin = time.process_time()
    frames = tuple(
        open_plate_frame(plate, ~hole, whole, low, shot.scales)
        for plate, hole, low in zip(shot.plate, shot.hole, shot.low, strict=True)
    )
    return OpenPlates(frames, (time.process_time() - begin) / len(frames))


def drive(
    shot: DetailShot, plates: OpenPlates, settings: Settings, frames: Iterable[int], anchors: bool = True
) -> Driven:
    """Fill some frames of a shot.

    anchors  True to finish anchors first, one for each reach of frames
    """
    count = len(shot.plate)
    whole = Box(0, 0, *shot.scales.full)
    finished: dict[int, PlateFrame] = {}

    @cache
    def low(index: int) -> LowFrame:
        touched = shot.scales.touched(shot.hole[index], whole)
        return LowFrame(shot.low[index], ~touched, shot.trust[index])

    reach = settings.matching.reach
    keys = tuple(range(min(reach, count - 1) // 2, count, reach)) if anchors else ()
    view = Shot(
        shot.scales,
        low,
        plates.frames.__getitem__,
        lambda a, b: shot.motion.get((a, b)),
        shot.chain,
        finished.get,
        keys,
    )

    def fill(index: int) -> Fill:
        hole = shot.hole[index]
        return fill_frame(index, FIRST + index, Target(shot.plate[index], ~hole, hole, whole), view, settings)

    for key in keys:
        done = fill(key)
        clean = clean_plate(shot, key, done)
        box = bounds(shot.hole[key], whole).grown(AROUND) & whole
        every = np.ones((box.height, box.width), np.bool_)
        finished[key] = open_plate_frame(clean[box.slices(whole)], every, box, shot.low[key], shot.scales)
    fills, seconds = {}, {}
    for index in frames:
        begin = time.process_time()
        fills[index] = fill(index)
        seconds[index] = time.process_time() - begin
    return Driven(fills, seconds)


def clean_plate(shot: DetailShot, index: int, fill: Fill) -> Array:
    """The clean plate of a frame."""
    clean: Array = shot.plate[index].copy()
    clean[fill.rows, fill.columns] = fill.colour
    return clean
