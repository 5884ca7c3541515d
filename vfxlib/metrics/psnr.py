"""Peak signal to noise ratio in the hole."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = ["Psnr", "decibels"]

LEAST = 1e-12  # squared error taken for none: 120 dB


def decibels(squared: float) -> float:
    """PSNR of a mean squared error of values whose peak is 1."""
    return float(10 * np.log10(1 / max(squared, LEAST)))


@dataclass
class Psnr:
    """Error of a sequence, frame by frame; memory does not grow with the pictures.

    frames  squared error, summed and counted, of each frame that has a hole
    """

    frames: dict[int, tuple[float, int]] = field(default_factory=dict)

    def add(self, number: int, result: Array, truth: Array, hole: NDArray[np.bool_]) -> None:
        """Count a frame.

        result  [h w 3]  encoded, peak 1; finite in the hole
        truth   [h w 3]  the same encoding; finite in the hole
        hole    [h w]    where it counts
        """
        if hole.any():
            error = (result[hole].astype(np.float64) - truth[hole]) ** 2
            self.frames[number] = float(error.sum()), error.size

    @property
    def total(self) -> float:
        """PSNR of all hole pixels of all frames together, dB; NaN without a hole."""
        return decibels(self.squared) if self.frames else float("nan")

    @property
    def squared(self) -> float:
        """Mean squared error of all hole pixels of all frames together."""
        return sum(error for error, _ in self.frames.values()) / max(1, sum(count for _, count in self.frames.values()))

    @property
    def per_frame(self) -> dict[int, float]:
        """PSNR of each frame that has a hole, dB."""
        return {number: decibels(error / count) for number, (error, count) in self.frames.items()}
