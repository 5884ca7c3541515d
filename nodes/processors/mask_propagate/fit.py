"""Step fit: a network learns the keys' objects, finds them through the shot, and learns from what it is sure of."""

from collections.abc import Mapping
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import torch

from nodes.engine.context import StepContext
from nodes.engine.fit_step import FitSequence, frame_store_bytes, run_fit_step
from nodes.mask_propagate import ITERATIONS
from nodes.processors.mask_propagate.damage_fit import fit_to_damage, looks_damaged
from nodes.processors.mask_propagate.dataset import ROOM, key_mattes, open_dataset
from vfxlib.inputs.keys import Keys
from vfxlib.mask_propagate.cutout import cut_out, measure_objects
from vfxlib.mask_propagate.dataset import MatteDataset, carry_shape
from vfxlib.mask_propagate.features import INPUT_CHANNELS
from vfxlib.mask_propagate.objective import STEP_BYTES, PropagateObjective, PropagateSettings
from vfxlib.mask_propagate.propagation import ObjectSize, propagate
from vfxlib.mask_propagate.pseudo_labels import PseudoLabels, make_pseudo_labels
from vfxlib.mask_propagate.weights import start_from, write_masker
from vfxlib.nets.masker import Masker, MaskerSettings, open_masker
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.train.determinism import deterministic
from vfxlib.train.loop import FitResult
from vfxlib.train.memory import check_memory
from vfxlib.train.schedule import Schedule

__all__ = ["run", "settings_of", "size_of"]

SHARES = (0.5, 0.25, 0.25)  # of the iterations: first the keys alone, then also what was found with them
RATES = (4e-3, 2e-3, 2e-3)
CROP = 160  # pixels
WARM_UP = 40  # steps
DECAY = 0.995


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Fit, unless it is done already."""
    run_fit_step(context, lambda fingerprint: _fit_method(context, fingerprint))


def _fit_method(context: StepContext, fingerprint: str) -> Mapping[str, Any]:
    method = context.values["method"]
    if method == "corruption" or (method == "auto" and looks_damaged(context)):
        context.kept.close()
        return fit_to_damage(context, fingerprint)
    return {**_fit(context, fingerprint), "method": "object"}


def _fit(context: StepContext, fingerprint: str) -> Mapping[str, Any]:
    context.kept.close()  # the frames that steps before have kept take room from the fit
    keys = context.keys
    check_memory(STEP_BYTES, context.job.output.memory, "a step of the fit")
    network = open_masker(settings_of(keys), context.job.output.seed)
    start = Path(context.values["start"]) if context.values["start"] else None
    colours = start_from(network, start, keys.objects) if start is not None else None
    mattes = key_mattes(context, carry_shape(context.shot.display))
    with deterministic(context.device), open_dataset(context, colours) as dataset:
        return _fit_rounds(context, dataset, mattes, network.to(context.device), fingerprint)


def settings_of(keys: Keys) -> MaskerSettings:
    """The network that finds the keys' objects."""
    objects = len(keys.objects)
    return MaskerSettings(INPUT_CHANNELS + objects, objects)


def size_of(keys: Mapping[int, torch.Tensor]) -> ObjectSize:
    """How large the objects are on the largest of the keys [k h w]."""
    spreads = [measure_objects(mattes) for mattes in keys.values()]
    return ObjectSize(max(size for _, size, _ in spreads) ** 2, max(extent for _, _, extent in spreads))


def _fit_rounds(
    context: StepContext, dataset: MatteDataset, keys: Mapping[int, torch.Tensor], network: Masker, fingerprint: str
) -> Mapping[str, Any]:
    """Fit one network several times: to the keys, then also to what it has found with them.

    keys  by index in the job, [k h w]
    """
    cutouts = [
        cut_out(dataset.numbers[index], dataset.features(index), dataset.velocity(index), mattes)
        for index, mattes in keys.items()
    ]
    labels: PseudoLabels | None = None
    sequence = FitSequence(context, fingerprint, "round", len(SHARES))
    for number, (share, rate) in enumerate(zip(SHARES, RATES, strict=True)):
        settings = PropagateSettings(crop=CROP, seed=context.job.output.seed, round=number)
        with nullcontext() if labels is None else closing(labels):
            objective = PropagateObjective(network, cutouts, labels, settings)
            write = partial(_write, context, dataset, network, fingerprint)
            sequence.fit(objective, _schedule(context, share, rate), write)
        if number + 1 < len(SHARES):
            labels = _find(context, dataset, network, keys)
    return sequence.finish(sequence.made[-1:], "mattes of samples held out")


def _write(
    context: StepContext, dataset: MatteDataset, network: Masker, fingerprint: str, path: Path, result: FitResult
) -> None:
    about = {FINGERPRINT: fingerprint}
    write_masker(path, result.weights, network.settings, context.keys.objects, dataset.colours, about)


def _find(
    context: StepContext, dataset: MatteDataset, network: Masker, keys: Mapping[int, torch.Tensor]
) -> PseudoLabels:
    """Carry the keys through the shot, and keep what of it can be learned from."""
    context.progress.begin(f"{context.name}: finding", len(dataset))
    room, folder, size = frame_store_bytes(context, ROOM), context.folder, size_of(keys)
    # what is tracked beside the network is no label: it may be wrong for long, and the network would learn to follow it
    passes = propagate(network, dataset, keys, size, room=room, folder=folder, thin=False)
    return make_pseudo_labels(dataset, passes, keys, size, room=room, folder=folder, advance=context.progress.advance)


def _schedule(context: StepContext, share: float, rate: float) -> Schedule:
    steps = max(1, round(share * (int(context.values["iterations"]) or ITERATIONS[context.values["quality"]])))
    return Schedule(
        steps,
        rate=rate,
        warm_up=WARM_UP,
        check_every=max(1, min(100, steps // 4)),
        minutes=float(context.values["minutes"]) * share,
        ema_decay=DECAY,
    )
