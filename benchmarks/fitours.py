"""InternalFit as it ships, judged in the true hole while it is fitted; judging is taken out of its time."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import torch

from benchmarks.known import Known
from benchmarks.meter import ours, run
from benchmarks.series import Point
from benchmarks.sets import Prepared
from nodes.job import load_job
from nodes.processors.internal_fit import fit as fit_step
from nodes.processors.made import read_made
from nodes.processors.run import run as run_job
from vfxlib.fit.state import State
from vfxlib.inpaint.fitted import Fitted, read_fitted
from vfxlib.inpaint.held import Trust
from vfxlib.inpaint.material import Material
from vfxlib.inpaint.moved import Moved
from vfxlib.inpaint.painting import FramePainter
from vfxlib.inpaint.recipe import Inpaint, Wishes
from vfxlib.nets.encoder import Encoder
from vfxlib.nets.painter import Painter
from vfxlib.picture import Array
from vfxlib.progress import Progress, Tick

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
        self._material: Material | None = None
        self._recipe: Inpaint | None = None
        self._wishes: Wishes | None = None

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
        material: Material,
        level: int,
        networks: Sequence[Painter],
        held: Mapping[int, Moved],
        wishes: Wishes,
        encoder: Encoder | None = None,
    ) -> Inpaint:
        """The shipped recipe, remembered."""
        assert level == 0, "a shot of several levels is not judged while it is fitted"
        self._material, self._wishes = material, wishes
        self._recipe = Inpaint(material, level, networks, held, wishes, encoder)
        return self._recipe

    def stepped(self, state: State) -> None:
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
        self._tell(Point(state.step, self._samples, moment - self._began - self._spent, self.judge(state.average)))
        self._spent += time.monotonic() - moment

    def judge(self, network: torch.nn.Module) -> float:
        """PSNR in the true hole, dB, of an averaged network."""
        assert self._material is not None
        assert isinstance(network, Painter)
        nobody = Trust((0.0, 1.0), (0.1, 0.1))  # its word on its own error is not asked for
        return psnr_of(self._known, Fitted([network], self._material.colours, nobody))


def psnr_of(known: Known, fitted: Fitted) -> float:
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
    update = State.update

    def updated(state: State, loss: float, rate: float, decay: float) -> None:
        update(state, loss, rate, decay)
        watched.stepped(state)

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(fit_step, "Inpaint", watched.recipe))
        stack.enter_context(mock.patch.object(State, "update", updated))
        run_job(job, watched.progress(), step="internal-fit/fit")
    made = read_made(job.work / "internal-fit" / "fit" / "fit.json")
    return watched.sample, psnr_of(known, read_fitted(made.weights, torch.device("cpu")))
