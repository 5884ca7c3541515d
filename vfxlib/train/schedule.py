"""The schedule of a fit: learning rate with warm-up and cosine decay, EMA decay, early stopping; numbers alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Decay", "Evaluation", "Schedule"]

MIN_DELTA = 0.05  # dB; less than this is no improvement to early stopping
MIN_RATE = 0.01  # share of the learning rate that is left at the end
OVER = "its minutes are over"


@dataclass(frozen=True)
class Evaluation:
    """How good the averaged (EMA) network is on the holdout at one step.

    step     steps done
    seconds  since the fit began, time between a stop and a restart not counted
    loss     mean over the steps since the evaluation before; of the first one, the loss before any step
    psnr     dB on held-out known pixels
    second   the objective's other figure, where it has two; else 0
    """

    step: int
    seconds: float
    loss: float
    psnr: float
    second: float = 0.0


@dataclass(frozen=True)
class Decay:
    """Where the cosine decay of the learning rate began.

    step     steps done before it
    seconds  gone before it
    reason   why, as words for a message
    """

    step: int
    seconds: float
    reason: str


@dataclass(frozen=True)
class Schedule:
    """The course of a fit: linear warm-up, a constant learning rate, and a cosine decay over the last steps.

    iterations   steps at most, 1 or more
    rate         learning rate of AdamW between warm-up and decay
    warm_up      steps of the linear warm-up
    decay_share  share of all steps over which the learning rate falls, above 0 and below 1
    check_every  steps between two evaluations on the holdout
    patience     evaluations without 0.05 dB more after which early stopping begins the decay
    minutes      time at most, 0 for none; the result then depends on the speed of the machine
    ema_decay    of the exponential moving average (EMA) of the weights, which is what is validated and kept
    clip         largest norm of the gradient, for gradient clipping
    betas        of AdamW: how long it remembers the gradient, and its square
    """

    iterations: int
    rate: float = 2e-3
    warm_up: int = 100
    decay_share: float = 0.4
    check_every: int = 100
    patience: int = 8
    minutes: float = 0.0
    ema_decay: float = 0.998
    clip: float = 1.0
    betas: tuple[float, float] = (0.9, 0.98)

    def __post_init__(self) -> None:
        assert self.iterations >= 1
        assert self.check_every >= 1
        assert 0 < self.decay_share < 1

    def start_decay(self, step: int, seconds: float, history: Sequence[Evaluation]) -> Decay | None:
        """The decay that begins now; None if none does.

        step     steps done
        seconds  gone
        history  the evaluations so far
        """
        if step >= math.ceil((1 - self.decay_share) * self.iterations - 1e-9):
            return Decay(step, seconds, "its iterations are done")
        if self.minutes and seconds >= (1 - self.decay_share) * 60 * self.minutes:
            return Decay(step, seconds, OVER)
        if self.early_stopping(history):
            return Decay(step, seconds, "held-out pixels no longer improved")
        return None

    def early_stopping(self, history: Sequence[Evaluation]) -> bool:
        """True if the holdout has not improved for ``patience`` evaluations: then the decay begins early."""
        best, since = -math.inf, 0
        for evaluation in history:
            if evaluation.psnr >= best + MIN_DELTA:
                best, since = evaluation.psnr, 0
            else:
                since += 1
        return since >= self.patience

    def decay_progress(self, step: int, seconds: float, decay: Decay | None) -> float:
        """How far the decay has come: 0 before it, 1 at the end of the fit.

        step     steps done
        seconds  gone
        decay    where it began; None if it has not
        """
        if decay is None:
            return 0.0
        length = self.length(decay)
        if step >= length or (self.minutes and seconds >= 60 * self.minutes):
            return 1.0
        progress = (step - decay.step) / (length - decay.step)
        if self._by_clock(decay):
            progress = max(progress, (seconds - decay.seconds) / (60 * self.minutes - decay.seconds))
        return progress  # without the clock, unless it was the clock that began it: minutes that suffice change nothing

    def length(self, decay: Decay | None) -> int:
        """Steps of the whole fit as far as is known: the decay is its share of them; never more than asked."""
        if decay is None or self._by_clock(decay):
            return self.iterations  # a decay that follows the clock ends by it
        left = math.ceil(decay.step * self.decay_share / (1 - self.decay_share))
        return min(self.iterations, decay.step + max(1, left))

    def end_reason(self, step: int, decay: Decay) -> str:
        """Why a fit is over, as words for a message; "minutes" is among them if the clock had a part in it.

        step     steps done
        decay    where it began
        """
        return OVER if step < self.length(decay) else decay.reason

    def _by_clock(self, decay: Decay) -> bool:
        return decay.reason == OVER

    def learning_rate_at(self, step: int, decay_progress: float) -> float:
        """The learning rate of a step: linear warm-up times cosine decay.

        step            steps done before it
        decay_progress  how far the decay has come, 0 to 1
        """
        warm = min(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        return self.rate * warm * (MIN_RATE + (1 - MIN_RATE) * (1 + math.cos(math.pi * decay_progress)) / 2)

    def ema_decay_at(self, step: int) -> float:
        """The decay of the EMA at a step: short at first, so that the beginning is forgotten."""
        return min(self.ema_decay, 1 - 1 / (1 + step / 10))
