"""Normalisation of a shot's colours by their mean and standard deviation, so that a network sees them around 0."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from vfxlib.image.picture import Array
from vfxlib.io.json_file import all_numbers, parse_json

__all__ = ["MIN_DEVIATION", "Normalisation", "fit_normalisation"]

MIN_DEVIATION = 0.02  # code values: a shot of one colour has no deviation to divide by
MAX_NORMALISED = 1000.0  # deviations: no picture goes there, and a half holds it


@dataclass(frozen=True)
class Normalisation:
    """Mean and standard deviation of a shot: what a network sees is (colour - mean) / deviation.

    mean       of the known pixels, by channel, working code values
    deviation  of all channels together, working code values
    """

    mean: tuple[float, float, float]
    deviation: float

    def apply(self, colour: Array) -> Array:
        """Normalise working colour [... 3]."""
        normalised = (colour - np.array(self.mean, np.float32)) / np.float32(self.deviation)
        return np.asarray(np.clip(normalised, -MAX_NORMALISED, MAX_NORMALISED), np.float32)

    def invert(self, normalised: Array) -> Array:
        """Working colour of what networks paint [... 3]."""
        return np.asarray(normalised * np.float32(self.deviation) + np.array(self.mean, np.float32), np.float32)

    def to_json(self) -> str:
        """Spell it for a file of weights."""
        return json.dumps([*self.mean, self.deviation], allow_nan=False)

    @staticmethod
    def from_json(words: str) -> Normalisation:
        """Read what `to_json` spelt.

        raises   ValueError or TypeError, if it is something else
        """
        red, green, blue, deviation = parse_json(words)
        if not all_numbers([red, green, blue, deviation]) or deviation <= 0:
            raise ValueError(f"{words} is no mean and deviation")
        return Normalisation((red, green, blue), deviation)


def fit_normalisation(frames: Iterable[Array]) -> Normalisation | None:
    """Mean and deviation of some pixels.

    frames   [n 3]  working code values of each frame
    returns  None if there is no pixel
    """
    count, total, squares = 0, np.zeros(3), np.zeros(3)
    for frame in frames:
        pixels = frame.astype(np.float64)
        count, total, squares = count + len(pixels), total + pixels.sum(axis=0), squares + (pixels**2).sum(axis=0)
    if not count:
        return None
    mean = total / count
    deviation = float(np.sqrt(np.maximum(squares / count - mean**2, 0).mean()))
    return Normalisation((float(mean[0]), float(mean[1]), float(mean[2])), max(MIN_DEVIATION, deviation))
