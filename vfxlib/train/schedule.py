"""How long a fit lasts, how fast it learns, and when it cools down: numbers alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Decay", "Evaluation", "Schedule"]

LEAST_GAIN = 0.05  # dB; less than this is no improvement
COLDEST = 0.01  # share of the rate that is left at the end
OVER = "its minutes are over"


@dataclass(frozen=True)
class Evaluation:
    """A look at how good the averaged network is.

    step     steps done
    seconds  since the fit began, time between a stop and a restart not counted
    loss     mean over the steps since the check before; of the first check, the loss before any step
    psnr     dB on held-out known pixels
    """

    step: int
    seconds: float
    loss: float
    psnr: float


@dataclass(frozen=True)
class Decay:
    """Where the rate began to fall.

    step     steps done before it
    seconds  gone before it
    reason   why, as words for a message
    """

    step: int
    seconds: float
    reason: str


@dataclass(frozen=True)
class Schedule:
    """The course of a fit: the rate climbs, stays, and falls in a cosine over the last share of the steps.

    iterations   steps at most, 1 or more
    rate         of AdamW, where it stays
    warm_up      steps until it is reached
    cooling      share of all steps over which the rate falls, above 0 and below 1
    check_every  steps between two looks at the held-out pixels
    patience     checks without 0.05 dB more after which cooling begins early
    minutes      time at most, 0 for none; the result then depends on the speed of the machine
    decay        of the average of the weights, which is what is judged and kept
    clip         largest norm of the gradient
    """

    iterations: int
    rate: float = 2e-3
    warm_up: int = 100
    cooling: float = 0.4
    check_every: int = 100
    patience: int = 8
    minutes: float = 0.0
    decay: float = 0.998
    clip: float = 1.0

    def __post_init__(self) -> None:
        assert self.iterations >= 1
        assert self.check_every >= 1
        assert 0 < self.cooling < 1

    def cools(self, step: int, seconds: float, history: Sequence[Evaluation]) -> Decay | None:
        """Decay that begins now, if it does.

        step     steps done
        seconds  gone
        history  the checks so far
        """
        if step >= math.ceil((1 - self.cooling) * self.iterations - 1e-9):
            return Decay(step, seconds, "its iterations are done")
        if self.minutes and seconds >= (1 - self.cooling) * 60 * self.minutes:
            return Decay(step, seconds, OVER)
        if self._stale(history):
            return Decay(step, seconds, "held-out pixels no longer improved")
        return None

    def _stale(self, history: Sequence[Evaluation]) -> bool:
        best, since = -math.inf, 0
        for check in history:
            if check.psnr >= best + LEAST_GAIN:
                best, since = check.psnr, 0
            else:
                since += 1
        return since >= self.patience

    def cooled(self, step: int, seconds: float, cooling: Decay | None) -> float:
        """How far the cooling has come: 0 before it, 1 at the end of the fit.

        step     steps done
        seconds  gone
        cooling  where it began; None if it has not
        """
        if cooling is None:
            return 0.0
        length = self.length(cooling)
        if step >= length or (self.minutes and seconds >= 60 * self.minutes):
            return 1.0
        share = (step - cooling.step) / (length - cooling.step)
        if self._timed(cooling):
            share = max(share, (seconds - cooling.seconds) / (60 * self.minutes - cooling.seconds))
        return share  # without the clock, unless it was the clock that began it: minutes that suffice change nothing

    def length(self, cooling: Decay | None) -> int:
        """Steps of the whole fit as far as is known: cooling is its share of them; never more than asked."""
        if cooling is None or self._timed(cooling):
            return self.iterations  # cooling that follows the clock ends by it
        return min(self.iterations, cooling.step + max(1, math.ceil(cooling.step * self.cooling / (1 - self.cooling))))

    def ended(self, step: int, cooling: Decay) -> str:
        """Why a fit is over, as words for a message; "minutes" is among them if the clock had a part in it.

        step     steps done
        cooling  where it began
        """
        return OVER if step < self.length(cooling) else cooling.reason

    def _timed(self, cooling: Decay) -> bool:
        return cooling.reason == OVER

    def rate_at(self, step: int, cooled: float) -> float:
        """The rate of a step.

        step     steps done before it
        cooled   how far the cooling has come, 0 to 1
        """
        warm = min(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        return self.rate * warm * (COLDEST + (1 - COLDEST) * (1 + math.cos(math.pi * cooled)) / 2)

    def decay_at(self, step: int) -> float:
        """The decay of the average at a step: short at first, so that the beginning is forgotten."""
        return min(self.decay, 1 - 1 / (1 + step / 10))
