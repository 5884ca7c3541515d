"""InternalFit as it ships, judged in the true hole while it is fitted; judging is taken out of its time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import torch

from benchmarks.bench.meter import ours, run
from benchmarks.bench.sets import Prepared
from benchmarks.internal_fit.series import Point
from benchmarks.internal_fit.truth_shot import Known
from nodes.engine.fit_index import read_fit_index
from nodes.engine.runner import run as run_job
from nodes.job import load_job
from nodes.processors.internal_fit import fit as fit_step
from vfxlib.image.picture import Array
from vfxlib.internal_fit.dataset import InpaintDataset
from vfxlib.internal_fit.holdout import ErrorCalibration
from vfxlib.internal_fit.inference import FramePainter
from vfxlib.internal_fit.objective import InpaintObjective, InpaintSettings
from vfxlib.internal_fit.synthetic_holes import SyntheticHole
from vfxlib.internal_fit.weights import FittedNetworks, read_networks
from vfxlib.nets.encoder import Encoder
from vfxlib.nets.painter import Painter
from vfxlib.progress import Progress, Tick
from vfxlib.train.checkpoint import Checkpoint

__all__ = ["Watched", "watch"]

GROWTH = 1.04  # from one look at the hole to the next, in steps
FIRST = 10  # steps


class Watched:
    """Looks over the shoulder of a fit of one level.

    known  the shot with its truth
    tell   gets every point as it is found
    """

    def __init__(self, known: Known, tell: Callable[[Point], None]) -> None:
        self._known, self._tell = known, tell
        self._began, self._spent, self._samples, self._next = 0.0, 0.0, 0, FIRST
        self._material: InpaintDataset | None = None
        self._recipe: InpaintObjective | None = None
        self._wishes: InpaintSettings | None = None

    @property
    def sample(self) -> int:
        """Pixels of a sample."""
        assert self._wishes is not None
        return self._wishes.crop**2

    def progress(self) -> Progress:
        """What the fit must report to: its first word starts the clock."""

        def tell(tick: Tick) -> None:
            if tick.unit == "step" and not self._began:
                self._began = time.monotonic()

        return Progress(tell, lambda words: print(words, flush=True))

    def recipe(
        self,
        material: InpaintDataset,
        level: int,
        networks: Sequence[Painter],
        held: Mapping[int, SyntheticHole],
        wishes: InpaintSettings,
        encoder: Encoder | None = None,
    ) -> InpaintObjective:
        """The shipped recipe, remembered."""
        assert level == 0, "a shot of several levels is not judged while it is fitted"
        self._material, self._wishes = material, wishes
        self._recipe = InpaintObjective(material, level, networks, held, wishes, encoder)
        return self._recipe

    def stepped(self, state: Checkpoint) -> None:
        """A step is done."""
        assert self._recipe is not None
        assert self._wishes is not None
        late = self._recipe.phase(state.step - 1) and self._wishes.stabilise > 0
        self._samples += self._wishes.batch * (2 if late else 1)  # that loss paints every sample twice
        if state.step < self._next:
            return
        self._next = max(state.step + 1, round(state.step * GROWTH))
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        moment = time.monotonic()
        self._tell(Point(state.step, self._samples, moment - self._began - self._spent, self.validate(state.ema)))
        self._spent += time.monotonic() - moment

    def validate(self, network: torch.nn.Module) -> float:
        """PSNR in the true hole, dB, of an averaged network."""
        assert self._material is not None
        assert isinstance(network, Painter)
        nobody = ErrorCalibration((0.0, 1.0), (0.1, 0.1))  # its word on its own error is not asked for
        return psnr_of(self._known, FittedNetworks([network], self._material.colours, nobody))


def psnr_of(known: Known, fitted: FittedNetworks) -> float:
    """PSNR in the true hole, dB; without grain."""

    def shown(number: int) -> Array:
        sight = known.sights[number]
        return known.displayed(number, FramePainter(fitted, sight).paint(sight.window)[0])

    return known.psnr(shown)


def watch(
    ready: Prepared, known: Known, folder: Path, iterations: int, device: str, tell: Callable[[Point], None]
) -> tuple[int, float]:
    """Fit a prepared set by the command's own step, from the start.

    folder      of its work
    iterations  0 takes those of the default quality
    returns     pixels of a sample, and the PSNR of the network that the fit keeps, dB
    """
    shutil.rmtree(folder, ignore_errors=True)
    path = folder / "saved.json"
    words = ours("internal-fit", "--plate", str(ready.plate), "--matte", str(ready.matte), *ready.options)
    words += ["--matte-channel", ready.channel] if ready.channel else []
    words += ["--iterations", str(iterations), "--device", device, "--work", str(folder)]
    run([*words, "--out", str(folder / "clean.####.exr"), "--save", str(path)])
    job = load_job(path)
    watched = Watched(known, tell)
    update = Checkpoint.update

    def updated(state: Checkpoint, loss: float, rate: float, decay: float) -> None:
        update(state, loss, rate, decay)
        watched.stepped(state)

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(fit_step, "InpaintObjective", watched.recipe))
        stack.enter_context(mock.patch.object(Checkpoint, "update", updated))
        run_job(job, watched.progress(), step="internal-fit/fit")
    made = read_fit_index(job.work / "internal-fit" / "fit" / "fit.json")
    return watched.sample, psnr_of(known, read_networks(made.weights, torch.device("cpu")))
