"""A training: a network learns on made scenes; weights, their card and the curve are what it leaves."""

import hashlib
import importlib.util
import json
import shlex
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import torch

from nodes.declare import option
from nodes.engine.named import named
from nodes.networks import PACK, Network, Training
from vfxlib.device import one_thread, open_device
from vfxlib.errors import OutputError, UsageError, WeightsError
from vfxlib.io.atomic import write_text
from vfxlib.io.weights import load_weights, read_weights, write_weights
from vfxlib.nets.settings import about_network, read_settings
from vfxlib.pretraining.card import CardFacts, write_card
from vfxlib.pretraining.machine import machine_name
from vfxlib.pretraining.objective import TrainingObjective
from vfxlib.pretraining.pictures import Source, TrainingPictures, made_pictures
from vfxlib.progress import Progress
from vfxlib.train.loop import FitResult, fit
from vfxlib.train.objective import TwoFigures
from vfxlib.train.schedule import Schedule
from vfxlib.version import VERSION

__all__ = ["Trained", "scene_pictures", "train"]

SUFFIX = ".safetensors"
IDENTITY = "training"  # the key of what a file of weights follows from
OTHERS = "give weights that a training of this network has written, or none"
ENDLESS = 100_000_000  # steps of a training that the clock ends
HELD_OUT_SEED = 90210  # whatever the training's, so that figures of two can be compared
EVALUATIONS = 40  # of a training whose steps are known
LEAST_EVERY = 10  # steps between two of them
EVERY = 100  # steps between two of one that the clock ends
SLOW_EVERY = 20  # the same on a processor, of which minutes are some hundred steps
NEVER = 10**9  # scenes never run out: nothing is gained by stopping early


@dataclass(frozen=True)
class Trained:
    """What a training left.

    files    weights, card, and the curve if it could be drawn
    figures  held-out figures of the weights: name with unit -> figure
    """

    files: tuple[Path, ...]
    figures: Mapping[str, float]


@dataclass(frozen=True)
class _Files:
    """The names of what a training writes."""

    weights: Path

    @property
    def checkpoint(self) -> Path:
        return self.weights.with_name(f"{self.weights.stem}.state{SUFFIX}")

    @property
    def card(self) -> Path:
        return self.weights.with_suffix(".md")

    @property
    def curve(self) -> Path:
        return self.weights.with_suffix(".png")


def train(network: Network, given: Training, progress: Progress) -> Trained:
    """Train a network until its steps are done or its minutes over; stopped and started again it goes on.

    raises  UsageError, OutputError, WeightsError or DeviceError before any work, for what cannot be used; what
            ``vfxlib.train.loop.fit`` raises
    """
    files, device = _named_files(given), open_device(given.device)
    # beside another device the processor has little to do, and threads that wait for each other make it slow
    with nullcontext() if device.type == "cpu" else one_thread():
        return _train(network, given, files, device, progress)


def _train(network: Network, given: Training, files: _Files, device: torch.device, progress: Progress) -> Trained:
    network = network.on(device.type)
    schedule = _schedule(network, given, device)
    pictures = scene_pictures(given.data)
    scene = {**network.scene, "batch": network.batch}
    objective = _open_objective(network, given.seed, device, pictures, scene)
    start = _begin_with(objective, Path(given.start)) if given.start else ""
    identity = _identity(network, objective, given, schedule, scene, pictures, start)
    _check_the_way(files, identity)
    before = objective.figures(objective.network)
    result = fit(
        objective, schedule, checkpoint=files.checkpoint, identity=identity, progress=progress, task=network.name
    )
    objective.network.load_state_dict(dict(result.weights))
    figures = objective.figures(objective.network)
    about = {**about_network(objective.kind, objective.settings), IDENTITY: identity, "version": VERSION}
    digest = write_weights(files.weights, result.weights, about)
    curve = _draw_curve(files.curve, network, result, objective, progress)
    worth = _worth(objective, result.best.psnr)
    facts = CardFacts(
        name=network.name,
        help=network.help,
        paper=network.paper,
        settings=asdict(objective.settings),
        parameters=sum(tensor.numel() for tensor in result.weights.values()),
        digest=digest,
        data=pictures.name,
        data_digest=pictures.digest,
        sources=pictures.sources,
        scene={name: value for name, value in scene.items() if name != "batch"},
        batch=objective.samples,
        seed=given.seed,
        start=start,
        machine=machine_name(device),
        versions=f"paintout {VERSION}, torch {torch.__version__}",
        history=result.history,
        measure=objective.measure,
        ended=result.reason,
        before=before,
        after=figures,
        limits=(*worth, *network.limits),
        command=_command(network, given),
        second_measure=_second_measure(objective),
    )
    write_text(files.card, write_card(facts))
    files.checkpoint.unlink(missing_ok=True)
    for words in worth:
        progress.message(f"{network.name}: {words}")
    return Trained((files.weights, files.card, *curve), figures)


def _named_files(given: Training) -> _Files:
    if not given.out:
        raise UsageError("nothing says where the weights go", where="--out", fix=f"give --out NAME{SUFFIX}")
    path = Path(given.out)
    if path.suffix != SUFFIX or path.stem.endswith(".state"):
        fix = f"call it {path.with_suffix('').stem.removesuffix('.state') or 'weights'}{SUFFIX}"
        raise UsageError("is no name for a file of weights", where=f"--out {path}", fix=fix)
    return _Files(path)


def scene_pictures(data: str) -> TrainingPictures:
    """The pictures that scenes show.

    A pack's table has a row for every photograph, and the card one for what goes together.

    data    path of what ``paintout train data`` has made; "" for made surfaces
    raises  WeightsError if it is no such file
    """
    if not data:
        return made_pictures()
    path = Path(data)
    pack = named(PACK)(path)
    together: dict[tuple[str, str, str], int] = {}
    for row in pack.rows:
        key = (f"{row.package} {row.version}".strip(), row.licence, row.author)
        together[key] = together.get(key, 0) + row.crops
    sources = tuple(Source(name, count, licence, author) for (name, licence, author), count in together.items())
    return TrainingPictures(pack.light(), path.name, pack.digest, sources, pack.origin())


def _schedule(network: Network, given: Training, device: torch.device) -> Schedule:
    if given.steps and given.minutes:
        raise UsageError("it ends by steps or by minutes", where="--steps --minutes", fix="give one of them")
    by_clock = SLOW_EVERY if device.type == "cpu" else EVERY
    steps = ENDLESS if given.minutes else given.steps or network.steps
    return Schedule(
        iterations=steps,
        rate=network.rate,
        warm_up=min(100, steps // 10),
        check_every=by_clock if given.minutes else max(LEAST_EVERY, steps // EVALUATIONS),
        patience=NEVER,
        minutes=given.minutes,
        betas=network.betas,
    )


def _open_objective(
    network: Network, seed: int, device: torch.device, pictures: TrainingPictures, scene: Mapping[str, object]
) -> TrainingObjective:
    sampler, scenes = named(network.sampler), named(network.scenes)(**scene)
    taught, judged = pictures.held_out()
    draw = sampler(taught, scenes, device, seed).draw
    held_out = sampler(judged, scenes, device, HELD_OUT_SEED).draw
    return cast(TrainingObjective, named(network.objective)(draw, held_out, device, seed, network.settings))


def _begin_with(objective: TrainingObjective, path: Path) -> str:
    """Give the network the weights of a file; its digest."""
    other = read_weights(path)
    settings = read_settings(other, path, objective.kind, type(objective.settings), objective.kind, OTHERS)
    theirs, ours = asdict(settings), asdict(objective.settings)
    if apart := [name for name in ours if theirs[name] != ours[name]]:
        words = ", ".join(f"{name} {theirs[name]}, wanted {ours[name]}" for name in apart)
        raise WeightsError(f"holds a network of another shape ({words})", where=path, fix=OTHERS)
    load_weights(objective.network, other.tensors, path, OTHERS)
    return other.digest


def _identity(
    network: Network,
    objective: TrainingObjective,
    given: Training,
    schedule: Schedule,
    scene: Mapping[str, object],
    pictures: TrainingPictures,
    start: str,
) -> str:
    """SHA-256 over all that the result follows from."""
    parts = {
        "network": [network.name, network.objective, network.sampler, asdict(objective.settings)],
        "scene": dict(scene),
        "schedule": asdict(schedule),
        "seed": given.seed,
        "pictures": pictures.digest,
        "start": start,
        "version": VERSION,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _check_the_way(files: _Files, identity: str) -> None:
    """See that nothing of anybody else is where something will be written; what this training has left may be."""
    going_on = files.checkpoint.exists()
    if going_on and files.weights.exists() and read_weights(files.weights).about.get(IDENTITY) == identity:
        return
    ours = (files.weights,) if going_on else (files.weights, files.card, files.curve)
    for path in ours:
        if path.exists() or path.is_symlink():
            raise OutputError("is there already", where=path, fix="move it, or give another --out")


def _worth(objective: TrainingObjective, figure: float) -> tuple[str, ...]:
    """A sentence on weights that are worse than what needs none."""
    name, without = objective.to_beat
    if figure > without:
        return ()
    return (f"It is no better than a {name} yet ({figure:.2f} against {without:.2f} dB): train it for longer.",)


def _draw_curve(
    path: Path, network: Network, result: FitResult, objective: TrainingObjective, progress: Progress
) -> tuple[Path, ...]:
    """Held-out figures over samples, and the line that the first of them must rise above."""
    if importlib.util.find_spec("PIL") is None:
        progress.message(f"{network.name}: no curve is drawn, for Pillow is not installed; its numbers are in the card")
        return ()
    from vfxlib.review.plot import write_curve  # of machines that have it

    points = [(float(each.step * objective.samples), each.psnr) for each in result.history]
    name, figure = objective.to_beat
    lines = {network.name: points, f"{name}, without a network": [(x, figure) for x, _ in points]}
    if second := _second_measure(objective):
        lines[second] = [(float(each.step * objective.samples), each.second) for each in result.history]
    write_curve(
        path, lines, title=f"{network.name}, on scenes that it was not trained on", x="samples", y=objective.measure
    )
    return (path,)


def _second_measure(objective: TrainingObjective) -> str:
    return objective.second_measure if isinstance(objective, TwoFigures) else ""


def _command(network: Network, given: Training) -> str:
    """What makes the same again; files by their names alone."""
    words = ["paintout", "train", network.name]
    for name, value in given.changed().items():
        plain = f"{value:g}" if isinstance(value, float) else str(value)
        words += [option(name), Path(plain).name if name in ("out", "data", "start") else plain]
    return shlex.join(words)
