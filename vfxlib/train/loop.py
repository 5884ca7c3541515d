"""The training loop: samples batches, takes steps, validates and saves checkpoints until its schedule ends."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from vfxlib.errors import FitError, OutputError, PaintoutError, Stopped
from vfxlib.progress import Progress
from vfxlib.signals import hold_signals
from vfxlib.train.checkpoint import Checkpoint, open_checkpoint
from vfxlib.train.determinism import deterministic
from vfxlib.train.memory import translate_oom
from vfxlib.train.objective import Objective, TwoFigures
from vfxlib.train.prefetch import Prefetch
from vfxlib.train.schedule import Decay, Evaluation, Schedule
from vfxlib.train.step import GradientStep

__all__ = ["FitResult", "fit"]

ANEW = "begin with another --seed, or without --start"  # where what is learned from is made, not given
REPORT_EVERY = 0.25  # seconds between two reports to the progress; some listeners write a line for each


@dataclass(frozen=True)
class FitResult:
    """What came of a fit.

    weights  the EMA's state_dict at the best evaluation, or at the last one where terms have joined the loss that want
             something else than that figure; on the processor
    best     that evaluation
    history  every evaluation, in order
    reason   why it ended, as words for a message; "minutes" is among them if the clock had a part in it
    """

    weights: Mapping[str, torch.Tensor]
    best: Evaluation
    history: tuple[Evaluation, ...]
    reason: str


def fit(
    objective: Objective,
    schedule: Schedule,
    *,
    checkpoint: Path,
    identity: str,
    progress: Progress,
    task: str,
    save_every: float = 60.0,
    on_step: Callable[[Checkpoint], None] | None = None,
) -> FitResult:
    """Fit an objective's network until its schedule ends.

    objective   the network, its loss and its batches
    schedule    learning rate, EMA and early stopping
    checkpoint  its file, a .safetensors; a fit of the same identity that it holds goes on
    identity    of all that the result follows from: dataset, parameters, schedule, network, weights to start from
    progress    is told of every step, with loss and held-out figure as note, and of what happens
    task        its name there
    save_every  seconds between checkpoints
    on_step     called after every step with where the fit is; it may look at it and must change nothing
    raises      WeightsError if the checkpoint cannot be read; FitError if the loss is no number any more; DeviceError
                if the device has too little memory for a step; OutputError if the checkpoint cannot be written;
                what the objective raises. Stopped and KeyboardInterrupt go on up after a last checkpoint.
    """
    with hold_signals():
        restored = open_checkpoint(checkpoint, objective.network, identity, progress.message)
    for group in restored.optimiser.param_groups:
        group["betas"] = schedule.betas
    device = next(objective.network.parameters()).device
    with deterministic(device), Prefetch(objective.sample_batch) as prefetch:
        write = partial(restored.save, checkpoint, identity)
        loop = _Loop(objective, schedule, restored, progress, prefetch, write, save_every, on_step)
        try:
            with translate_oom(device):
                loop.run(task)
        except OutputError:
            raise  # a checkpoint could not be written; the one before is whole
        except (Stopped, KeyboardInterrupt, PaintoutError) as stop:
            loop.save()
            if isinstance(stop, FitError):
                stop.fix += f"; what was good before is kept in {checkpoint}"
            raise
    assert restored.decay is not None
    history = tuple(restored.history)
    best = history[-1] if regularised(objective, restored.step) else max(history, key=lambda each: each.psnr)
    weights = {name: tensor.cpu() for name, tensor in restored.best.items()}
    return FitResult(weights, best, history, schedule.end_reason(restored.step, restored.decay))


def regularised(objective: Objective, step: int) -> bool:
    """True if the last of so many steps was taken with other terms in the loss than at first.

    The regularising losses cost some of the held-out PSNR: its best evaluation would lie before they joined.
    """
    return objective.phase(max(0, step - 1)) != objective.phase(0)


class _Loop:
    """One run of the loop, from where the checkpoint is."""

    def __init__(
        self,
        objective: Objective,
        schedule: Schedule,
        checkpoint: Checkpoint,
        progress: Progress,
        prefetch: Prefetch,
        write: Callable[[], None],
        save_every: float,
        on_step: Callable[[Checkpoint], None] | None,
    ) -> None:
        self._objective, self._schedule, self._checkpoint = objective, schedule, checkpoint
        self._progress, self._prefetch, self._write, self._save_every = progress, prefetch, write, save_every
        self._on_step = on_step
        self._gradient = GradientStep(objective, list(checkpoint.parameters.values()), schedule.clip, progress.message)
        self._began = time.monotonic() - checkpoint.seconds
        self._saved = time.monotonic()
        self._written: object = None  # which moment the file holds
        self._reported_at, self._unreported, self._smooth_loss = -math.inf, 0, math.nan

    def seconds(self) -> float:
        """Seconds gone in all runs together."""
        return time.monotonic() - self._began

    def run(self, task: str) -> None:
        """Take steps until the schedule ends."""
        checkpoint, schedule = self._checkpoint, self._schedule
        if checkpoint.step:
            self._progress.message(f"{task}: goes on after step {checkpoint.step}")
        if schedule.minutes and not checkpoint.step:
            self._progress.message(f"{task}: with a limit in minutes the result depends on the speed of this machine")
        self._progress.begin(task, self._total(), done=checkpoint.step, unit="step")
        self._objective.network.train()
        while True:
            ended = self._decay_progress() >= 1
            validated = bool(checkpoint.history) and checkpoint.history[-1].step == checkpoint.step
            if not validated and (ended or checkpoint.step % schedule.check_every == 0):
                self._validate()
                validated = True
            if ended:
                break
            if checkpoint.decay is None:
                history = checkpoint.history if validated else ()
                checkpoint.decay = schedule.start_decay(checkpoint.step, self.seconds(), history)
                if checkpoint.decay is not None:
                    self._announce_decay(task, checkpoint.decay)
                    continue
            self._step()
            self._report()
            if time.monotonic() - self._saved >= self._save_every:
                self.save()
        self._report(last=True)
        self.save()

    def _decay_progress(self) -> float:
        checkpoint = self._checkpoint
        return self._schedule.decay_progress(checkpoint.step, self.seconds(), checkpoint.decay)

    def save(self) -> None:
        """Write the checkpoint, whatever signals come; not twice for one moment, for a stop has three seconds."""
        checkpoint = self._checkpoint
        with hold_signals():
            if (what := (checkpoint.step, len(checkpoint.history), checkpoint.decay)) != self._written:
                checkpoint.seconds = self.seconds()
                self._write()
                self._written = what
        self._saved = time.monotonic()

    def _step(self) -> None:
        checkpoint, schedule = self._checkpoint, self._schedule
        batch, phase = self._prefetch.result(checkpoint.step), self._objective.phase(checkpoint.step)
        if checkpoint.step + 1 < schedule.length(checkpoint.decay) and not self._gradient.will_capture(phase):
            self._prefetch.request(checkpoint.step + 1)
        loss, norm = self._gradient(batch.tensors, phase)
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise FitError(
                f"the {'gradient' if math.isfinite(loss) else 'loss'} is no number any more at step {checkpoint.step}",
                where=f"frames {', '.join(str(n) for n in sorted(set(batch.numbers)))}" if batch.numbers else "",
                fix="look there for NaN, infinite or extreme values outside the matte" if batch.numbers else ANEW,
            )
        rate = schedule.learning_rate_at(checkpoint.step, self._decay_progress())
        with hold_signals():
            checkpoint.update(loss, rate, schedule.ema_decay_at(checkpoint.step))
        self._smooth_loss = loss if math.isnan(self._smooth_loss) else 0.95 * self._smooth_loss + 0.05 * loss
        self._unreported += 1
        if self._on_step is not None:
            self._on_step(checkpoint)

    def _validate(self) -> None:
        checkpoint = self._checkpoint
        with torch.no_grad():
            total, count = checkpoint.loss
            if not count:  # nothing was done yet
                batch = self._prefetch.result(checkpoint.step)
                total, count = float(self._objective.loss(batch.tensors, self._objective.phase(checkpoint.step))), 1
            psnr = self._objective.validate(checkpoint.ema)
            second = self._objective.second(checkpoint.ema) if isinstance(self._objective, TwoFigures) else 0.0
        if not (math.isfinite(total) and math.isfinite(psnr)):
            what = "held-out figure" if math.isfinite(total) else "loss"
            raise FitError(
                f"the {what} is no number at step {checkpoint.step}",
                fix="look for NaN, infinite or extreme values in what it learns from",
            )
        with hold_signals():
            keep = regularised(self._objective, checkpoint.step) or all(psnr > past.psnr for past in checkpoint.history)
            checkpoint.record(Evaluation(checkpoint.step, self.seconds(), total / count, psnr, second), keep=keep)

    def _announce_decay(self, task: str, decay: Decay) -> None:
        length = self._schedule.length(decay)
        if length < self._schedule.iterations:
            left = length - decay.step
            self._progress.message(f"{task}: {decay.reason}; the rate falls now, {left} steps are left")

    def _report(self, last: bool = False) -> None:
        moment = time.monotonic()
        if self._unreported and (last or moment - self._reported_at >= REPORT_EVERY):
            held = f", held-out {self._checkpoint.history[-1].psnr:.2f} dB" if self._checkpoint.history else ""
            self._progress.advance(f"loss {self._smooth_loss:.3g}{held}", by=self._unreported, total=self._total())
            self._reported_at, self._unreported = moment, 0

    def _total(self) -> int:
        """Steps of the whole fit as far as one can know."""
        checkpoint, schedule = self._checkpoint, self._schedule
        total = schedule.length(checkpoint.decay)
        if schedule.minutes and (seconds := self.seconds()) > 0:
            total = min(total, round(checkpoint.step * 60 * schedule.minutes / seconds))
        return max(total, checkpoint.step)
