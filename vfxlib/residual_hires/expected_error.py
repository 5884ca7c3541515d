"""The expected error of a filled pixel: how far the truth may lie from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.confidence import FULL_DOUBT, expected_error
from vfxlib.image.morphology import dilate_square
from vfxlib.image.picture import Array
from vfxlib.image.reframe import reframe
from vfxlib.motion.sampling import sample
from vfxlib.residual_hires.code_slope import code_slope
from vfxlib.residual_hires.frames import LowFrame
from vfxlib.residual_hires.hole import Hole
from vfxlib.residual_hires.plate_frame import PlateFrame
from vfxlib.residual_hires.scales import Scales
from vfxlib.residual_hires.temporal import Aggregate, Reference, aggregate

__all__ = ["Beside", "beside_hole", "detail_error", "detail_left", "low_error"]

MOST = 3000  # known pixels beside the hole that are filled too, to see how well that goes
FEWEST = 64
AROUND = 4  # low pixels around the hole in which they lie
FLOOR = 0.003  # code values: what is left of grain
SATURATION = 5.0  # per code value: two pictures of one place hardly differ by more, however wrong the motion is
SETTLED = 0.28  # of the detail's error goes when its area averages become those of the fill
LEAST_SCALE, MOST_SCALE = 0.6, 3.0
UNRELATED = (
    1.41  # times the detail's own strength: so far apart lie two details that have nothing to do with each other
)


@dataclass(frozen=True)
class Beside:
    """How known pixels beside a hole come out when they are filled in the same way.

    scale  by how much worse they are than expected
    most   code values: what detail can be wrong by where it is as strong as there
    """

    scale: float = 1.0
    most: float = np.inf

    def corrected(self, error: Array) -> Array:
        """Expected errors [n] of detail, set against these pixels."""
        return np.asarray(np.minimum(error * np.float32(self.scale), np.float32(self.most)), np.float32)


def detail_error(found: Aggregate) -> Array:
    """What may be wrong with gathered detail, before it is set against known pixels: [n] code values."""
    alone = found.offset != 0
    unlike = np.clip(1 - found.likeness, 0, 1)
    raw = np.float32(FLOOR) + found.spread + np.float32(0.15) * unlike + np.float32(0.006) * alone
    return np.asarray(raw / (1 + SATURATION * raw), np.float32)


def beside_hole(hole: Hole, own: PlateFrame, references: Sequence[Reference], scales: Scales) -> Beside:
    """Fill known pixels beside the hole, and see how well that goes.

    hole        of the frame
    own         the frame's residuals around it
    references  of the hole
    returns     what corrects nothing where there are too few pixels to tell
    """
    reach = max(1, round(AROUND * min(scales.factor)))
    beside = hole.known & dilate_square(hole.open, reach)
    beside &= reframe(np.ones((own.window.height, own.window.width), np.bool_), own.window, hole.box)
    rows, columns = np.nonzero(beside)
    every = max(1, len(rows) // MOST)
    rows, columns = rows[::every], columns[::every]
    points = np.stack([columns + hole.box.x0, rows + hole.box.y0], axis=-1).astype(np.float64)
    at = rows + hole.box.y0 - own.window.y0, columns + hole.box.x0 - own.window.x0
    truth = own.residual[at].astype(np.float32)
    base = hole.picture[rows, columns] - truth
    found = aggregate(points, base, references)
    slope = code_slope(base)
    missed = (np.abs(found.residual - truth) * slope).mean(axis=1)
    if np.count_nonzero(found.seen) < FEWEST:
        return Beside()
    expected = float(np.mean(detail_error(found)[found.seen]))
    real = float(np.mean(np.minimum(missed[found.seen], FULL_DOUBT)))
    most = FLOOR + UNRELATED * float(np.mean(np.abs(truth) * slope))
    return Beside(float(np.clip(real / max(expected, 1e-6), LEAST_SCALE, MOST_SCALE)), most)


def detail_left(hole: Hole, scales: Scales) -> Array:
    """What is left of the detail's error at the hole's points once its area averages are settled: [n] 0..1."""
    at = scales.to_low(hole.points) - (hole.low_box.x0, hole.low_box.y0)
    return np.asarray(1 - np.float32(SETTLED) * sample(hole.share, at.astype(np.float32)), np.float32)


def low_error(points: NDArray[np.float64], low: LowFrame, scales: Scales) -> Array:
    """What may be wrong with the low fill: [n] code values, by its own confidence.

    points  [n 2]  plate pixels, display window's frame
    """
    trust = sample(np.ascontiguousarray(low.confidence, np.float32), scales.to_low(points).astype(np.float32))
    return expected_error(trust)
