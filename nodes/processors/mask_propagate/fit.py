"""Step fit: a network learns the keys' objects, finds them through the shot, and learns from what it is sure of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing, nullcontext
from pathlib import Path

import torch

from nodes.engine.context import StepContext
from nodes.engine.fit_index import FitIndex, is_done, report, write_fit_index
from nodes.mask_propagate import ITERATIONS
from nodes.node import Step
from nodes.processors.mask_propagate.dataset import keyed, open_dataset, room
from vfxlib.inputs.keys import Keys
from vfxlib.io.footage import file_digest
from vfxlib.mask_propagate.cutout import cut_out, spread
from vfxlib.mask_propagate.dataset import MatteDataset, carry_shape
from vfxlib.mask_propagate.features import SEEN
from vfxlib.mask_propagate.objective import NEEDED, PropagateObjective, PropagateSettings
from vfxlib.mask_propagate.propagation import ObjectSize, propagate
from vfxlib.mask_propagate.pseudo_labels import PseudoLabels, pseudo_labels
from vfxlib.mask_propagate.weights import start_from, write_masker
from vfxlib.nets.masker import Masker, MaskerSettings, open_masker
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.review.plot import write_curve
from vfxlib.train.determinism import deterministic
from vfxlib.train.loop import fit
from vfxlib.train.memory import check_memory
from vfxlib.train.schedule import Schedule

__all__ = ["run", "settings_of", "size_of"]

SHARES = (0.5, 0.25, 0.25)  # of the iterations: first the keys alone, then also what was found with them
RATES = (4e-3, 2e-3, 2e-3)
CROP = 160  # pixels
WARM_UP = 40  # steps
DECAY = 0.995


def run(context: StepContext, step: Step, frames: tuple[int, ...]) -> None:
    """Fit, unless it is done already."""
    index = context.path(step, context.shot.frames[0])
    name = f"{context.job_node.node.name}/{step.name}"
    wanted = context.fingerprint(step, {"motion": context.identities("motion", list(context.shot.frames))})
    if is_done(context, index, wanted):
        context.progress.message(f"{name}: is done already")
        return
    keys = context.shot.keys
    assert keys is not None  # the shot was checked to have some
    check_memory(NEEDED, context.job.output.memory, "a step of the fit")
    network = open_masker(settings_of(keys), context.job.output.seed)
    start = Path(context.values["start"]) if context.values["start"] else None
    colours = start_from(network, start, keys.objects) if start is not None else None
    small = keyed(context, carry_shape(context.shot.display))
    with deterministic(context.device), open_dataset(context, step, colours) as material:
        _rounds(context, name, material, small, network.to(context.device), index, wanted)


def settings_of(keys: Keys) -> MaskerSettings:
    """The network that finds the keys' objects."""
    objects = len(keys.objects)
    return MaskerSettings(SEEN + objects, objects)


def _objects(context: StepContext) -> tuple[int, ...]:
    assert context.shot.keys is not None  # the shot was checked to have some
    return context.shot.keys.objects


def size_of(keys: Mapping[int, torch.Tensor]) -> ObjectSize:
    """How large the objects are on the largest of the keys [k h w]."""
    spreads = [spread(mattes) for mattes in keys.values()]
    return ObjectSize(max(size for _, size, _ in spreads) ** 2, max(extent for _, _, extent in spreads))


def _rounds(
    context: StepContext,
    name: str,
    material: MatteDataset,
    keys: Mapping[int, torch.Tensor],
    network: Masker,
    index: Path,
    wanted: str,
) -> None:
    cutouts = [
        cut_out(material.numbers[place], material.shown(place), material.velocity(place), mattes)
        for place, mattes in keys.items()
    ]
    found: PseudoLabels | None = None
    told: dict[str, object] = {}
    made: list[Path] = []
    curves, minutes, before = {}, 0.0, 0.0
    for number, (share, rate) in enumerate(zip(SHARES, RATES, strict=True)):
        wishes = PropagateSettings(crop=CROP, seed=context.job.output.seed, round=number)
        with nullcontext() if found is None else closing(found):
            fitted = fit(
                PropagateObjective(network, cutouts, found, wishes),
                _schedule(context, share, rate),
                state=index.with_name(f"round{number}.state.safetensors"),
                identity=_identity(wanted, number, made),
                progress=context.progress,
                task=f"{name} {number + 1}/{len(SHARES)}",
            )
        network.load_state_dict(dict(fitted.weights))
        path = index.with_name(f"round{number}.safetensors")
        write_masker(path, fitted.weights, network.settings, _objects(context), material.colours, {FINGERPRINT: wanted})
        made.append(path)
        minutes_here = [(before + check.seconds / 60, check.psnr) for check in fitted.history]
        curves[f"round {number + 1}"], before = minutes_here, minutes_here[-1][0]
        told[path.name] = report(fitted)
        minutes = float(context.values["minutes"]) if "minutes" in fitted.reason else minutes
        if number + 1 < len(SHARES):
            found = _find(context, name, material, network, keys, size_of(keys), index.parent)
    write_curve(index.with_name("curve.png"), curves, title="mattes of samples held out", x="minutes", y="PSNR, dB")
    write_fit_index(index, FitIndex(wanted, (made[-1],), minutes), told)
    for number, path in enumerate(made):
        index.with_name(f"round{number}.state.safetensors").unlink(missing_ok=True)
        if path is not made[-1]:
            path.unlink()


def _find(
    context: StepContext,
    name: str,
    material: MatteDataset,
    network: Masker,
    keys: Mapping[int, torch.Tensor],
    size: ObjectSize,
    folder: Path,
) -> PseudoLabels:
    """Carry the keys through the shot, and keep what of it can be learned from."""
    context.progress.begin(f"{name}: finding", len(material))
    passes = propagate(network, material, keys, size, room=room(context), folder=folder)
    return pseudo_labels(material, passes, keys, size, room=room(context), folder=folder, told=context.progress.advance)


def _schedule(context: StepContext, share: float, rate: float) -> Schedule:
    steps = max(1, round(share * (int(context.values["iterations"]) or ITERATIONS[context.values["quality"]])))
    return Schedule(
        steps,
        rate=rate,
        warm_up=WARM_UP,
        check_every=max(1, min(100, steps // 4)),
        minutes=float(context.values["minutes"]) * share,
        decay=DECAY,
    )


def _identity(wanted: str, number: int, made: list[Path]) -> str:
    digests = [file_digest(path) for path in made]
    return hashlib.sha256(" ".join([wanted, str(number), *digests]).encode()).hexdigest()
