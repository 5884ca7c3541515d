"""Fits: one network after another, each with a checkpoint that it goes on from; weights, curve and index at the end."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from nodes.engine.context import StepContext
from nodes.engine.shot_step import run_shot_step
from vfxlib.io.footage import file_digest
from vfxlib.review.plot import write_curve
from vfxlib.train.checkpoint import Checkpoint
from vfxlib.train.loop import FitResult, fit
from vfxlib.train.objective import Objective
from vfxlib.train.schedule import Schedule

__all__ = ["FitSequence", "frame_store_bytes", "run_fit_step"]

WEIGHTS, CHECKPOINT = "safetensors", "state.safetensors"
IN_MEMORY = 64 * 2**20  # bytes of frames beside a fit on the processor


def run_fit_step(context: StepContext, make: Callable[[str], Mapping[str, Any]]) -> None:
    """Fit, unless it is done already; checkpoints go once its index stands.

    make    is given the fingerprint; returns what the index holds
    raises  as ``run_shot_step``
    """
    if run_shot_step(context, make):
        for path in context.folder.glob(f"*.{CHECKPOINT}"):
            path.unlink(missing_ok=True)


@dataclass
class FitSequence:
    """Networks that are fitted one after another, and the files that they leave.

    context      the step
    fingerprint  of the whole fit
    kind         what one of them is called, for its files: "level", "round"
    count        how many there are
    """

    context: StepContext
    fingerprint: str
    kind: str
    count: int
    made: list[Path] = field(default_factory=list)
    minutes: float = 0.0
    _summaries: dict[str, object] = field(default_factory=dict)
    _curves: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def fit(
        self,
        objective: Objective,
        schedule: Schedule,
        write: Callable[[Path, FitResult], object],
        on_step: Callable[[Checkpoint], None] | None = None,
    ) -> Path:
        """Fit the next network: its best weights are in it afterwards, and on disk.

        write    writes the weights to a file
        on_step  called after every step, for who wants to look
        returns  that file
        raises   as ``vfxlib.train.loop.fit``
        """
        number = len(self.made)
        result = fit(
            objective,
            schedule,
            checkpoint=self._file(number, CHECKPOINT),
            identity=self._identity(number),
            progress=self.context.progress,
            task=self.context.name + (f" {number + 1}/{self.count}" if self.count > 1 else ""),
            on_step=on_step,
        )
        objective.network.load_state_dict(dict(result.weights))
        objective.network.eval()
        path = self._file(number, WEIGHTS)
        write(path, result)
        self.made.append(path)
        if "minutes" in result.reason:
            self.minutes = float(self.context.values["minutes"])
        self._summaries[path.name] = _summary(result)
        self._curves[f"{self.kind} {number + 1}"] = [(each.seconds / 60, each.psnr) for each in result.history]
        return path

    def finish(self, kept: list[Path], title: str) -> Mapping[str, Any]:
        """Write the curve, and take away the weights that are not kept; the checkpoints would make them again.

        title    head of the curve
        returns  what the index holds
        """
        self._write_curve(title)
        for path in self.made:
            if path not in kept:
                path.unlink()
        return {"weights": [path.name for path in kept], "minutes": self.minutes, **self._summaries}

    def _write_curve(self, title: str) -> None:
        curves, before = {}, 0.0
        for name, points in self._curves.items():
            curves[name if self.count > 1 else "held-out"] = [(before + minutes, psnr) for minutes, psnr in points]
            before += points[-1][0]
        path = self.context.index_path.with_name("curve.png")
        write_curve(path, curves, title=title, x="minutes", y="PSNR, dB")

    def _file(self, number: int, suffix: str) -> Path:
        return self.context.index_path.with_name(f"{self.kind}{number}.{suffix}")

    def _identity(self, number: int) -> str:
        digests = [file_digest(path) for path in self.made]
        return hashlib.sha256(" ".join([self.fingerprint, str(number), *digests]).encode()).hexdigest()


def frame_store_bytes(context: StepContext, share: float) -> int:
    """Bytes that frames may take on the device beside a fit.

    On a GPU all of them, if they fit. On the processor few: a crop comes as fast from a file that the system keeps in
    its own cache, and the process does not grow with the shot.

    share  of the memory on the processor
    """
    if context.device.type == "cuda":
        return torch.cuda.mem_get_info(context.device)[0] // 2
    return context.resources.budget(share, IN_MEMORY)


def _summary(result: FitResult) -> Mapping[str, object]:
    """What the index says of one network's fit."""
    return {
        "ended": result.reason,
        "steps": result.history[-1].step,
        "seconds": round(result.history[-1].seconds, 1),
        "held-out dB": round(result.best.psnr, 2),
        "history": [[each.step, round(each.seconds, 1), round(each.psnr, 3)] for each in result.history],
    }
