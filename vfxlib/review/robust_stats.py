"""Median, MAD and Theil-Sen residuals: what a series holds as a rule, which single outliers do not move."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

__all__ = ["MedianMad", "median_mad", "trend_residuals"]

FEWEST_FOR_TREND = 5  # values


@dataclass(frozen=True)
class MedianMad:
    """The median of a series and its median absolute deviation.

    median  NaN if there are no values
    mad     median distance from the median; 0 if there are no values
    """

    median: float
    mad: float

    def limit(self, times: float, least: float, most: float) -> float:
        """So many times the MAD, but never less than ``least`` (a calm series) nor more than ``most`` (a wild one)."""
        return min(most, max(least, times * self.mad))


def median_mad(values: Iterable[float], centre: float | None = None) -> MedianMad:
    """Median and MAD of the finite values.

    centre  taken in place of the median, where it is known beforehand
    """
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return MedianMad(math.nan if centre is None else centre, 0.0)
    middle = median(finite) if centre is None else centre
    return MedianMad(middle, median(abs(value - middle) for value in finite))


def trend_residuals(values: Sequence[float], reach: int) -> list[float]:
    """How far each value lies above the straight line through those around it; all 0 where they are too few.

    The line has the median of all slopes (Theil 1950, Sen 1968), so a single outlier does not turn it.

    reach  values to either side; at an end as many more to the other
    """
    if len(values) < FEWEST_FOR_TREND:
        return [0.0] * len(values)
    residuals = []
    for index, value in enumerate(values):
        first = max(0, min(index - reach, len(values) - 2 * reach - 1))
        window = list(enumerate(values))[first : first + 2 * reach + 1]
        slope = median((b - a) / (j - i) for (i, a), (j, b) in combinations(window, 2))
        residuals.append(value - median(a + slope * (index - i) for i, a in window))
    return residuals
