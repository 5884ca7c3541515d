"""Where a shot's colours lie, so that a network sees them around 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vfxlib.image.picture import Array

__all__ = ["Normalisation", "fit_normalisation"]

LEAST = 0.02  # code values: a shot of one colour has no deviation to divide by
FARTHEST = 1000.0  # deviations: no picture goes there, and a half holds it


@dataclass(frozen=True)
class Normalisation:
    """Where the shot's colours lie in working space: what a network sees is (colour - mean) / deviation.

    mean       of the known pixels, by channel
    deviation  of all channels
    """

    mean: tuple[float, float, float]
    deviation: float

    def apply(self, colour: Array) -> Array:
        """Working colour [... 3] as networks see it."""
        seen = (colour - np.array(self.mean, np.float32)) / np.float32(self.deviation)
        return np.asarray(np.clip(seen, -FARTHEST, FARTHEST), np.float32)

    def invert(self, seen: Array) -> Array:
        """What networks paint [... 3] as working colour."""
        return np.asarray(seen * np.float32(self.deviation) + np.array(self.mean, np.float32), np.float32)


def fit_normalisation(seen: Iterable[Array]) -> Normalisation | None:
    """The range of some pixels.

    seen     [n 3]  working code values, frame by frame
    returns  None if there is no pixel
    """
    count, total, squares = 0, np.zeros(3), np.zeros(3)
    for part in seen:
        pixels = part.astype(np.float64)
        count, total, squares = count + len(pixels), total + pixels.sum(axis=0), squares + (pixels**2).sum(axis=0)
    if not count:
        return None
    mean = total / count
    deviation = float(np.sqrt(np.maximum(squares / count - mean**2, 0).mean()))
    return Normalisation((float(mean[0]), float(mean[1]), float(mean[2])), max(LEAST, deviation))
