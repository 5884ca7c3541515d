"""How good a fit was at every moment, and when it reached what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.bench.cache import Origin

__all__ = ["Point", "Series", "levels"]


class Point(NamedTuple):
    """A look at a network.

    step     steps done
    samples  pictures or crops that went forwards and backwards in them
    seconds  of fitting alone
    psnr     dB in the true hole
    """

    step: int
    samples: int
    seconds: float
    psnr: float


@dataclass(frozen=True)
class Series:
    """One fit.

    name       of the recipe
    points     from early to late
    sample     pixels of a sample
    kept_psnr  dB of the network that the fit keeps; of one that chooses none, of the last
    origin     where and when it was measured
    """

    name: str
    points: tuple[Point, ...]
    sample: int
    kept_psnr: float
    origin: Origin

    @property
    def best(self) -> Point:
        """The first look at which it was as good as it ever was."""
        return max(self.points, key=lambda point: point.psnr)

    def reached(self, psnr: float) -> Point | None:
        """The first look at which it was as good as that; None if it never was."""
        return next((point for point in self.points if point.psnr >= psnr), None)

    def over(self, field: str) -> list[tuple[float, float]]:
        """Points of a curve: "seconds" or "samples", and dB."""
        return [(float(getattr(point, field)), point.psnr) for point in self.points]


def levels(series: Series) -> list[int]:
    """Whole dB that a series came by on its way up."""
    low, high = series.points[0].psnr, series.best.psnr
    return list(range(int(low // 1) + 1, int(high // 1) + 1))
