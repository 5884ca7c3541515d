"""What is usual for a row of figures, so that single ones that are not stand out: medians, which those do not move."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

__all__ = ["MedianMad", "beside_trend", "median_mad"]

FEWEST = 5  # figures that make a trend


@dataclass(frozen=True)
class MedianMad:
    """The middle of a row of figures and how they scatter.

    middle   their median; NaN if there are none
    scatter  median distance from the middle; 0 if there are none
    """

    middle: float
    scatter: float

    def limit(self, times: float, least: float, most: float) -> float:
        """So many times the scatter, but never less than ``least`` (a calm row) nor more than ``most`` (a wild one)."""
        return min(most, max(least, times * self.scatter))


def median_mad(values: Iterable[float], middle: float | None = None) -> MedianMad:
    """What is usual among figures; what is no number does not count.

    middle   known beforehand; None takes the median
    """
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return MedianMad(math.nan if middle is None else middle, 0.0)
    centre = median(known) if middle is None else middle
    return MedianMad(centre, median(abs(value - centre) for value in known))


def beside_trend(values: Sequence[float], reach: int) -> list[float]:
    """How far each figure lies above the straight line through those around it; all 0 where they are too few.

    The line is the median of all slopes (Theil 1950, Sen 1968), so a single wild figure does not turn it.

    reach    figures to either side; at an end as many more to the other
    """
    if len(values) < FEWEST:
        return [0.0] * len(values)
    beside = []
    for place, value in enumerate(values):
        first = max(0, min(place - reach, len(values) - 2 * reach - 1))
        around = list(enumerate(values))[first : first + 2 * reach + 1]
        slope = median((b - a) / (j - i) for (i, a), (j, b) in combinations(around, 2))
        beside.append(value - median(a + slope * (place - i) for i, a in around))
    return beside
