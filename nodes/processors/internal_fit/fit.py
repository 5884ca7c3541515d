"""Step fit: networks from coarse to fine, fitted to what the shot shows; stopped, it goes on where it was."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from nodes.engine.context import StepContext
from nodes.engine.fit_step import FitSequence, frame_store_bytes, run_fit_step
from nodes.fields import ITERATIONS
from nodes.processors.internal_fit.network_view import network_view
from nodes.processors.internal_fit.start import start_file
from vfxlib.internal_fit.coarse_to_fine import input_channels
from vfxlib.internal_fit.dataset import InpaintDataset, gather_dataset
from vfxlib.internal_fit.downsample import NetworkFrame, halvings
from vfxlib.internal_fit.memory import SMALLER, fit_bytes
from vfxlib.internal_fit.objective import InpaintObjective, InpaintSettings
from vfxlib.internal_fit.synthetic_holes import choose_holdout
from vfxlib.internal_fit.texture_encoder import open_encoder
from vfxlib.internal_fit.weights import start_from, write_level
from vfxlib.nets.painter import Painter, PainterSettings, open_painter
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.train.checkpoint import Checkpoint
from vfxlib.train.loop import FitResult
from vfxlib.train.memory import check_memory
from vfxlib.train.schedule import Schedule

__all__ = ["OnStep", "network_settings", "run"]

OnStep = Callable[[InpaintObjective, Checkpoint], None]
"""Called after every step of a fit with what is fitted and where it is; it may look and must change nothing."""

RATE, WARM_UP = 4e-3, 100  # steps
# of a network that begins with given weights; at half the rate the shipped painter stays too much of what it was: on
# fast_pan_arcade at 128x72 22.6 for 23.4 dB after 120 steps, and after 600 on tennis 27.8 for 28.4 dB
WARM_START_WARM_UP = 20
CROP = 160  # pixels
LATE = 0.5  # share of the iterations after which the regularising losses join
FINER = 0.25  # steps of each finer level as a share of the coarsest one's: it only adds to the picture below


def run(context: StepContext, frames: tuple[int, ...], on_step: OnStep | None = None) -> None:
    """Fit, unless it is done already."""
    run_fit_step(context, lambda fingerprint: _fit(context, fingerprint, on_step))


def _fit(context: StepContext, fingerprint: str, on_step: OnStep | None) -> Mapping[str, Any]:
    context.kept.close()  # the frames that steps before have kept take room from the fit
    settings = _inpaint_settings(context, 0)
    needed = fit_bytes(network_settings(context.values, 0), settings.batch, settings.crop, twice=settings.stabilise > 0)
    check_memory(needed, context.job.output.memory, "a step of the fit", SMALLER)
    with _dataset(context) as dataset:
        if not dataset.holes[0]:
            context.progress.message(f"{context.name}: nothing is left to paint; the fill is kept")
            return {"weights": [], "minutes": 0.0, "ended": "nothing is left to paint"}
        return _fit_levels(context, dataset, fingerprint, on_step)


def _dataset(context: StepContext) -> InpaintDataset:
    shot = context.shot

    def read(number: int) -> NetworkFrame:
        return network_view(context, shot.read(number)).frame_of(shot.colours)

    context.progress.begin(f"{context.job_node.name}/read", len(shot.frames))
    return gather_dataset(
        shot.frames,
        read,
        halvings(*shot.display.size),
        device=context.device,
        room=frame_store_bytes(context, 0.4),
        folder=context.folder,
        advance=context.progress.advance,
    )


def _fit_levels(
    context: StepContext, dataset: InpaintDataset, fingerprint: str, on_step: OnStep | None
) -> Mapping[str, Any]:
    """Fit a network for each level, from the coarsest; each begins with the weights of the one below."""
    seed, values, levels = context.job.output.seed, context.values, len(dataset.levels)
    holdout = choose_holdout(dataset, seed)
    networks: list[Painter] = []
    start = start_file(values)
    sequence = FitSequence(context, fingerprint, "level", levels)
    for level in range(levels):
        network = open_painter(network_settings(context.values, level), seed)
        if start is not None:
            start_from(network, start)
        networks.append(network.to(context.device))
        settings = _inpaint_settings(context, level)
        encoder = open_encoder(dataset, level, values["encoder"], seed) if settings.ambiguity > 0 else None
        objective = InpaintObjective(dataset, level, networks, holdout, settings, encoder)
        about = {FINGERPRINT: fingerprint, "level": str(level), "levels": str(levels)}
        write = partial(_write, dataset, objective, about)
        schedule = _schedule(context, level, levels, warm_start=level == 0 and start is not None)
        look = None if on_step is None else partial(on_step, objective)
        start = sequence.fit(objective, schedule, write, look)
    return sequence.finish(sequence.made, "held-out known pixels")


def _write(
    dataset: InpaintDataset, objective: InpaintObjective, about: Mapping[str, str], path: Path, result: FitResult
) -> None:
    calibration = objective.holdout.calibrate(objective.network)
    write_level(path, result.weights, objective.network.settings, dataset.colours, calibration, about)


def network_settings(values: Mapping[str, Any], level: int) -> PainterSettings:
    """The paper's network but for two things, as measured on blackswan at 432x240, PSNR in the hole after 400 steps.

    values  the node's parameters
    level   counted from the coarsest

    Edges padded with zeros gave 22.8 dB, reflected 22.0. Colours without a head gave 22.8, with the paper's tanh 19.8,
    for ours are normalised by the shot's deviation and go beyond 1. Bilinear and nearest enlargement were alike.
    """
    return PainterSettings(
        network=values["network"],
        inputs=input_channels(level),
        outputs=4,
        width=float(values["width"]),
        padding="zeros",
        head="residual" if level else "linear",
    )


def _inpaint_settings(context: StepContext, level: int) -> InpaintSettings:
    values = context.values
    late = round(LATE * _steps(context, level))
    # whole steps of the coarsest level's grid; a small plate needs no crop that looks far beyond it
    crop = min(CROP, -(-max(context.shot.display.size) // 16) * 16)
    seed = context.job.output.seed
    return InpaintSettings(float(values["ambiguity"]), float(values["stabilise"]), late, crop=crop, seed=seed)


def _schedule(context: StepContext, level: int, levels: int, warm_start: bool = False) -> Schedule:
    """The schedule of a level; of the minutes it has the share that it has of the steps.

    warm_start  True of a level that begins with given weights; a finer one that begins with the level below's has
                its own share of the picture to learn
    """
    steps = _steps(context, level)
    share = steps / sum(_steps(context, each) for each in range(levels))
    warm_up = WARM_START_WARM_UP if warm_start else WARM_UP
    return Schedule(
        steps,
        rate=RATE,
        warm_up=min(warm_up, steps // 4) if level else warm_up,
        check_every=max(1, min(100, steps // 6)),
        minutes=float(context.values["minutes"]) * share,
    )


def _steps(context: StepContext, level: int) -> int:
    iterations = int(context.values["iterations"]) or ITERATIONS[context.values["quality"]]
    return max(1, round(FINER * iterations)) if level else iterations
