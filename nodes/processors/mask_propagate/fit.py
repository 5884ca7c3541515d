"""Step fit: a network learns the keys' objects, finds them through the shot, and learns from what it is sure of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import closing, nullcontext
from pathlib import Path

import torch

from nodes.mask_propagate import ITERATIONS
from nodes.node import Step
from nodes.processors.made import Made, is_done, report, write_made
from nodes.processors.mask_propagate.gathering import gathered, keyed, room
from nodes.processors.stage import Stage
from vfxlib.curve import write_curve
from vfxlib.fit.loop import fit
from vfxlib.fit.needs import see_that_it_fits
from vfxlib.fit.repeatable import repeatable
from vfxlib.fit.schedule import Schedule
from vfxlib.footage import file_digest
from vfxlib.keys import Keys
from vfxlib.nets.masker import Masker, MaskerSettings, open_masker
from vfxlib.propagate.carrying import Object, carry
from vfxlib.propagate.cutout import cut_out, spread
from vfxlib.propagate.fitted import start_from, write_masker
from vfxlib.propagate.found import Found, learn_from
from vfxlib.propagate.material import Material, carry_shape
from vfxlib.propagate.recipe import NEEDED, Propagate, Wishes
from vfxlib.propagate.shown import SEEN
from vfxlib.store import FINGERPRINT

__all__ = ["run", "settings_of", "size_of"]

SHARES = (0.5, 0.25, 0.25)  # of the iterations: first the keys alone, then also what was found with them
RATES = (4e-3, 2e-3, 2e-3)
CROP = 160  # pixels
WARM_UP = 40  # steps
DECAY = 0.995


def run(stage: Stage, step: Step, frames: tuple[int, ...]) -> None:
    """Fit, unless it is done already."""
    index = stage.path(step, stage.shot.frames[0])
    name = f"{stage.use.node.name}/{step.name}"
    wanted = stage.fingerprint(step, {"motion": stage.identities("motion", list(stage.shot.frames))})
    if is_done(stage, index, wanted):
        stage.progress.message(f"{name}: is done already")
        return
    keys = stage.shot.keys
    assert keys is not None  # the shot was checked to have some
    see_that_it_fits(NEEDED, stage.job.output.memory, "a step of the fit")
    network = open_masker(settings_of(keys), stage.job.output.seed)
    start = Path(stage.values["start"]) if stage.values["start"] else None
    colours = start_from(network, start, keys.objects) if start is not None else None
    small = keyed(stage, carry_shape(stage.shot.display))
    with repeatable(stage.device), gathered(stage, step, colours) as material:
        _rounds(stage, name, material, small, network.to(stage.device), index, wanted)


def settings_of(keys: Keys) -> MaskerSettings:
    """The network that finds the keys' objects."""
    objects = len(keys.objects)
    return MaskerSettings(SEEN + objects, objects)


def _objects(stage: Stage) -> tuple[int, ...]:
    assert stage.shot.keys is not None  # the shot was checked to have some
    return stage.shot.keys.objects


def size_of(keys: Mapping[int, torch.Tensor]) -> Object:
    """How large the objects are on the largest of the keys [k h w]."""
    spreads = [spread(mattes) for mattes in keys.values()]
    return Object(max(size for _, size, _ in spreads) ** 2, max(extent for _, _, extent in spreads))


def _rounds(
    stage: Stage,
    name: str,
    material: Material,
    keys: Mapping[int, torch.Tensor],
    network: Masker,
    index: Path,
    wanted: str,
) -> None:
    cutouts = [
        cut_out(material.numbers[place], material.shown(place), material.velocity(place), mattes)
        for place, mattes in keys.items()
    ]
    found: Found | None = None
    told: dict[str, object] = {}
    made: list[Path] = []
    curves, minutes, before = {}, 0.0, 0.0
    for number, (share, rate) in enumerate(zip(SHARES, RATES, strict=True)):
        wishes = Wishes(crop=CROP, seed=stage.job.output.seed, round=number)
        with nullcontext() if found is None else closing(found):
            fitted = fit(
                Propagate(network, cutouts, found, wishes),
                _schedule(stage, share, rate),
                state=index.with_name(f"round{number}.state.safetensors"),
                identity=_identity(wanted, number, made),
                progress=stage.progress,
                task=f"{name} {number + 1}/{len(SHARES)}",
            )
        network.load_state_dict(dict(fitted.weights))
        path = index.with_name(f"round{number}.safetensors")
        write_masker(path, fitted.weights, network.settings, _objects(stage), material.colours, {FINGERPRINT: wanted})
        made.append(path)
        minutes_here = [(before + check.seconds / 60, check.psnr) for check in fitted.history]
        curves[f"round {number + 1}"], before = minutes_here, minutes_here[-1][0]
        told[path.name] = report(fitted)
        minutes = float(stage.values["minutes"]) if "minutes" in fitted.reason else minutes
        if number + 1 < len(SHARES):
            found = _find(stage, name, material, network, keys, size_of(keys), index.parent)
    write_curve(index.with_name("curve.png"), curves, title="mattes of samples held out", x="minutes", y="PSNR, dB")
    write_made(index, Made(wanted, (made[-1],), minutes), told)
    for number, path in enumerate(made):
        index.with_name(f"round{number}.state.safetensors").unlink(missing_ok=True)
        if path is not made[-1]:
            path.unlink()


def _find(
    stage: Stage,
    name: str,
    material: Material,
    network: Masker,
    keys: Mapping[int, torch.Tensor],
    size: Object,
    folder: Path,
) -> Found:
    """Carry the keys through the shot, and keep what of it can be learned from."""
    stage.progress.begin(f"{name}: finding", len(material))
    passes = carry(network, material, keys, size, room=room(stage), folder=folder)
    return learn_from(material, passes, keys, size, room=room(stage), folder=folder, told=stage.progress.advance)


def _schedule(stage: Stage, share: float, rate: float) -> Schedule:
    steps = max(1, round(share * (int(stage.values["iterations"]) or ITERATIONS[stage.values["quality"]])))
    return Schedule(
        steps,
        rate=rate,
        warm_up=WARM_UP,
        check_every=max(1, min(100, steps // 4)),
        minutes=float(stage.values["minutes"]) * share,
        decay=DECAY,
    )


def _identity(wanted: str, number: int, made: list[Path]) -> str:
    digests = [file_digest(path) for path in made]
    return hashlib.sha256(" ".join([wanted, str(number), *digests]).encode()).hexdigest()
