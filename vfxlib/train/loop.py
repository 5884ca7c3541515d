"""The loop that fits a network: draws, steps, checks and saves until its schedule ends."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from vfxlib.errors import FitError, OutputError, PaintoutError, Stopped
from vfxlib.progress import Progress
from vfxlib.train.checkpoint import Checkpoint, open_checkpoint
from vfxlib.train.determinism import deterministic
from vfxlib.train.objective import Objective
from vfxlib.train.out_of_memory import translate_oom
from vfxlib.train.prefetch import Prefetch
from vfxlib.train.schedule import Decay, Evaluation, Schedule
from vfxlib.train.signals import hold_signals
from vfxlib.train.step import GradientStep

__all__ = ["FitResult", "fit"]

TELL_EVERY = 0.25  # seconds between two notes to the progress; some listeners write a line for each


@dataclass(frozen=True)
class FitResult:
    """What came of a fit.

    weights  the network's state_dict as it was averaged at the best check, or at the last one where terms have joined
             the loss that want something else than that figure; on the processor
    best     that check
    history  every check, in order
    reason   why it ended, as words for a message; "minutes" is among them if the clock had a part in it
    """

    weights: Mapping[str, torch.Tensor]
    best: Evaluation
    history: tuple[Evaluation, ...]
    reason: str


def fit(
    recipe: Objective,
    schedule: Schedule,
    *,
    state: Path,
    identity: str,
    progress: Progress,
    task: str,
    save_every: float = 60.0,
) -> FitResult:
    """Fit a recipe's network until its schedule ends.

    state       the checkpoint, a .safetensors file; a fit of the same identity that it holds goes on
    identity    of all that the result follows from: material, parameters, schedule, network, weights to start from
    progress    is told of every step, with loss and held-out figure as note, and of what happens
    task        its name there
    save_every  seconds between checkpoints
    raises      WeightsError if the checkpoint cannot be read; FitError if the loss is no number any more; DeviceError
                if the device has too little memory for a step; OutputError if the checkpoint cannot be written;
                what the recipe raises. Stopped and KeyboardInterrupt go on up after a last checkpoint.
    """
    with hold_signals():
        now = open_checkpoint(state, recipe.network, identity, progress.message)
    device = next(recipe.network.parameters()).device
    with deterministic(device), Prefetch(recipe.sample_batch) as ahead:
        run = _Run(recipe, schedule, now, progress, ahead, lambda: now.save(state, identity), save_every)
        try:
            with translate_oom(device):
                run.go(task)
        except OutputError:
            raise  # a checkpoint could not be written; the one before is whole
        except (Stopped, KeyboardInterrupt, PaintoutError) as stop:
            run.save()
            if isinstance(stop, FitError):
                stop.fix += f"; what was good before is kept in {state}"
            raise
    assert now.cooling is not None
    best = now.history[-1] if regularised(recipe, now.step) else max(now.history, key=lambda check: check.psnr)
    weights = {name: tensor.cpu() for name, tensor in now.best.items()}
    return FitResult(weights, best, tuple(now.history), schedule.ended(now.step, now.cooling))


def regularised(recipe: Objective, step: int) -> bool:
    """True if the last of so many steps was taken with other terms in the loss than at first.

    Sharpness and steadiness cost some of the held-out PSNR: its best check would lie before they joined.
    """
    return recipe.phase(max(0, step - 1)) != recipe.phase(0)


class _Run:
    """One run of the loop, from where the state is."""

    def __init__(
        self,
        recipe: Objective,
        schedule: Schedule,
        state: Checkpoint,
        progress: Progress,
        ahead: Prefetch,
        write: Callable[[], None],
        save_every: float,
    ) -> None:
        self._recipe, self._schedule, self._state = recipe, schedule, state
        self._progress, self._ahead, self._write, self._save_every = progress, ahead, write, save_every
        self._gradient = GradientStep(recipe, list(state.parameters.values()), schedule.clip, progress.message)
        self._began = time.monotonic() - state.seconds
        self._saved = time.monotonic()
        self._written: object = None  # which moment the checkpoint holds
        self._told, self._untold, self._shown = -math.inf, 0, math.nan

    def seconds(self) -> float:
        """Seconds gone in all runs together."""
        return time.monotonic() - self._began

    def go(self, task: str) -> None:
        """Take steps until the schedule ends."""
        now, schedule = self._state, self._schedule
        if now.step:
            self._progress.message(f"{task}: goes on after step {now.step}")
        if schedule.minutes and not now.step:
            self._progress.message(f"{task}: with a limit in minutes the result depends on the speed of this machine")
        self._progress.begin(task, self._total(), done=now.step, unit="step")
        self._recipe.network.train()
        while True:
            ended = schedule.cooled(now.step, self.seconds(), now.cooling) >= 1
            checked = bool(now.history) and now.history[-1].step == now.step
            if not checked and (ended or now.step % schedule.check_every == 0):
                self._check()
                checked = True
            if ended:
                break
            if now.cooling is None:
                now.cooling = schedule.cools(now.step, self.seconds(), now.history if checked else ())
                if now.cooling is not None:
                    self._announce(task, now.cooling)
                    continue
            self._step()
            self._tell()
            if time.monotonic() - self._saved >= self._save_every:
                self.save()
        self._tell(last=True)
        self.save()

    def save(self) -> None:
        """Write the checkpoint, whatever signals come; not twice for one moment, for a stop has three seconds."""
        now = self._state
        with hold_signals():
            if (what := (now.step, len(now.history), now.cooling)) != self._written:
                now.seconds = self.seconds()
                self._write()
                self._written = what
        self._saved = time.monotonic()

    def _step(self) -> None:
        now, schedule = self._state, self._schedule
        batch, phase = self._ahead.take(now.step), self._recipe.phase(now.step)
        if now.step + 1 < schedule.length(now.cooling) and not self._gradient.records(phase):
            self._ahead.ask(now.step + 1)
        loss, norm = self._gradient(batch.tensors, phase)
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise FitError(
                f"the {'gradient' if math.isfinite(loss) else 'loss'} is no number any more at step {now.step}",
                where=f"frames {', '.join(str(n) for n in sorted(set(batch.where)))}",
                fix="look there for NaN, infinite or extreme values outside the matte",
            )
        rate = schedule.rate_at(now.step, schedule.cooled(now.step, self.seconds(), now.cooling))
        with hold_signals():
            now.update(loss, rate, schedule.decay_at(now.step))
        self._shown = loss if math.isnan(self._shown) else 0.95 * self._shown + 0.05 * loss
        self._untold += 1

    def _check(self) -> None:
        now = self._state
        with torch.no_grad():
            total, number = now.loss
            if not number:  # nothing was done yet
                batch = self._ahead.take(now.step)
                total, number = float(self._recipe.loss(batch.tensors, self._recipe.phase(now.step))), 1
            psnr = self._recipe.validate(now.average)
        if math.isnan(psnr):
            raise FitError(f"the held-out figure is no number at step {now.step}", fix="look for NaN in the plate")
        with hold_signals():
            keep = regularised(self._recipe, now.step) or all(psnr > past.psnr for past in now.history)
            now.record(Evaluation(now.step, self.seconds(), total / number, psnr), keep=keep)

    def _announce(self, task: str, cooling: Decay) -> None:
        length = self._schedule.length(cooling)
        if length < self._schedule.iterations:
            left = length - cooling.step
            self._progress.message(f"{task}: {cooling.reason}; the rate falls now, {left} steps are left")

    def _tell(self, last: bool = False) -> None:
        moment = time.monotonic()
        if self._untold and (last or moment - self._told >= TELL_EVERY):
            held = f", held-out {self._state.history[-1].psnr:.2f} dB" if self._state.history else ""
            self._progress.advance(f"loss {self._shown:.3g}{held}", by=self._untold, total=self._total())
            self._told, self._untold = moment, 0

    def _total(self) -> int:
        """Steps of the whole fit as far as one can know."""
        now, schedule = self._state, self._schedule
        total = schedule.length(now.cooling)
        if schedule.minutes and (seconds := self.seconds()) > 0:
            total = min(total, round(now.step * 60 * schedule.minutes / seconds))
        return max(total, now.step)
