"""InternalFit as it ships, judged in the true hole while it is fitted; judging is taken out of its time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from benchmarks.bench.meter import paintout_command, run
from benchmarks.bench.sets import PreparedSet
from benchmarks.internal_fit.series import Point
from benchmarks.internal_fit.truth_shot import TruthShot
from nodes.engine.digest_cache import open_digests
from nodes.engine.fit_index import read_fit_index
from nodes.engine.open_job import open_job
from nodes.engine.runner import step_context
from nodes.job import load_job
from nodes.processors.internal_fit import fit as fit_step
from vfxlib.device import open_device
from vfxlib.image.picture import Array
from vfxlib.internal_fit.holdout import ErrorCalibration
from vfxlib.internal_fit.inference import FramePainter
from vfxlib.internal_fit.objective import InpaintObjective
from vfxlib.internal_fit.weights import FittedNetworks, read_networks
from vfxlib.progress import Progress, Tick
from vfxlib.train.checkpoint import Checkpoint

__all__ = ["FitMonitor", "fit_shipped", "hole_psnr", "run_fit"]

GROWTH = 1.04  # from one look at the hole to the next, in steps
FIRST = 10  # steps until the first look


class FitMonitor:
    """Judges the network of a fit of one level at every moment that a curve needs.

    truth   the shot with its truth
    report  gets every point as it is found
    first   steps until the first look
    """

    def __init__(self, truth: TruthShot, report: Callable[[Point], None], first: int = FIRST) -> None:
        self._truth, self._report, self._next = truth, report, first
        self._began, self._judging, self._samples = 0.0, 0.0, 0
        self.sample = 0  # pixels of a sample

    def progress(self) -> Progress:
        """What the fit must report to: its first step starts the clock."""

        def tell(tick: Tick) -> None:
            if tick.unit == "step" and not self._began:
                self._began = time.monotonic()

        return Progress(tell, lambda words: print(words, flush=True))

    def on_step(self, objective: InpaintObjective, checkpoint: Checkpoint) -> None:
        """A step is done."""
        settings = objective.settings
        late = objective.phase(checkpoint.step - 1) and settings.stabilise > 0
        self._samples += settings.batch * (2 if late else 1)  # that loss paints every sample twice
        self.sample = settings.crop**2
        if checkpoint.step < self._next:
            return
        self._next = max(checkpoint.step + 1, round(checkpoint.step * GROWTH))
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        moment = time.monotonic()
        network = checkpoint.ema
        assert isinstance(network, type(objective.network))
        unasked = ErrorCalibration((0.0, 1.0), (0.1, 0.1))  # of the error that it foretells, which is not looked at
        psnr = hole_psnr(self._truth, FittedNetworks([network], objective.dataset.colours, unasked))
        self._report(Point(checkpoint.step, self._samples, moment - self._began - self._judging, psnr))
        self._judging += time.monotonic() - moment


def hole_psnr(truth: TruthShot, fitted: FittedNetworks) -> float:
    """PSNR in the true hole, dB; without grain."""

    def displayed(number: int) -> Array:
        frame = truth.network_frames[number]
        return truth.displayed(number, FramePainter(fitted, frame).paint(frame.window)[0])

    return truth.psnr(displayed)


def fit_shipped(
    ready: PreparedSet,
    truth: TruthShot,
    folder: Path,
    iterations: int,
    device: str,
    report: Callable[[Point], None],
    first: int = FIRST,
) -> tuple[int, float]:
    """Fit a prepared set by the command's own step, from the start; of one level, as small plates are.

    folder      of its work
    iterations  0 takes those of the default quality
    first       steps until the first look
    returns     pixels of a sample, and the PSNR of the network that the fit keeps, dB
    """
    monitor = FitMonitor(truth, report, first)
    words = ["--iterations", str(iterations), "--device", device]
    weights = run_fit(ready, folder, words, monitor.progress(), monitor.on_step)
    assert len(weights) == 1, "a shot of several levels is not judged while it is fitted"
    return monitor.sample, hole_psnr(truth, read_networks(weights, torch.device("cpu")))


def run_fit(
    ready: PreparedSet, folder: Path, words: Sequence[str], progress: Progress, on_step: fit_step.OnStep | None = None
) -> Sequence[Path]:
    """Fit a prepared set by the command's own step, from the start.

    folder   of its work; what was there is deleted
    words    of the fit: iterations, device, weights to start from
    on_step  as the step takes it
    returns  the weights of its levels
    """
    shutil.rmtree(folder, ignore_errors=True)
    path = folder / "saved.json"
    given = [*paintout_command("internal-fit", *ready.inputs, *ready.options), *words, "--work", str(folder)]
    run([*given, "--out", str(folder / "clean.####.exr"), "--save", str(path)])
    opened = open_job(load_job(path))
    job, node = opened.job, opened.job.nodes[-1]
    torch_device, digests = open_device(job.output.device), open_digests(job.work)
    context = step_context(opened, node, node.node.step("fit"), torch_device, progress, digests)
    fit_step.run(context, context.shot.frames, on_step)
    return read_fit_index(context.index_path).weights
