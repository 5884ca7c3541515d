"""Axes of a curve: the range that they cover, round ticks, and where a value lies on the picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Axis", "fit_axis", "tick_label"]

TICKS = 6  # about as many as an axis has


@dataclass(frozen=True)
class Axis:
    """One axis.

    low, high    values that it covers
    first, last  where they lie on the picture, pixels
    log          True if it is logarithmic
    ticks        round values between them
    """

    low: float
    high: float
    first: float
    last: float
    log: bool
    ticks: tuple[float, ...]

    def pixel(self, value: float) -> float:
        """Where a value lies on the picture."""
        low, high, value = (math.log10(v) if self.log else v for v in (self.low, self.high, value))
        return self.first + (value - low) / (high - low) * (self.last - self.first)


def fit_axis(values: Sequence[float], first: float, last: float, log: bool = False, count: int = TICKS) -> Axis:
    """An axis on which all values have a place.

    values       finite; above 0 if it is logarithmic
    first, last  where its low and its high end lie on the picture, pixels
    log          True for a logarithmic one
    count        ticks, about
    """
    low, high = (min(values), max(values)) if values else (1.0, 10.0)
    if log:
        low, high = (low, high) if high > 1.01 * low else (low / 2, high * 2)
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        steps = (1, 2, 5) if high / low < 1000 else (1,)
        ticks = [step * 10.0**decade for decade in decades for step in steps]
        return Axis(low, high, first, last, True, tuple(tick for tick in ticks if low <= tick <= high))
    if high - low <= 1e-9 * max(1.0, abs(high)):  # a flat line still has a place
        low, high = low - 0.5, high + 0.5
    step = _tick_step((high - low) / count)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return Axis(low, high, first, last, False, tuple(low + n * step for n in range(round((high - low) / step) + 1)))


def _tick_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, ... times a power of ten that is not below."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= least * (1 - 1e-9))


def tick_label(value: float) -> str:
    """A value as it stands beside its tick."""
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{0.0 if abs(value) < 1e-12 else value:.4g}"
