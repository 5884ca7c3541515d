"""What the parts of STA-Net are worth on made scenes that no training has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import torch

from benchmarks.sta_net.variants import VARIANTS, write_variant
from nodes.engine.training import train
from nodes.networks import NETWORKS, Training
from vfxlib.io.weights import load_weights, read_weights
from vfxlib.nets.settings import read_settings
from vfxlib.nets.sta import StaSettings
from vfxlib.nets.sta_clip import KIND
from vfxlib.pretraining.pictures import TrainingPictures
from vfxlib.pretraining.sta_objective import StaObjective, open_sta_objective
from vfxlib.progress import Progress
from vfxlib.training_ground.sampler import SceneSampler
from vfxlib.training_ground.settings import SceneSettings
from vfxlib.training_pack.pack import read_pack

__all__ = ["SCALES", "judge_variants", "train_scales"]

SCALES = (1, 2, 3)
SEED = 90210  # of held-out scenes, as every training has it


def judge_variants(weights: Path, data: Path, folder: Path) -> dict[str, Mapping[str, float]]:
    """Figures of a trained network without each of its parts in turn; nothing is trained again.

    folder  for the variants' files
    """
    found = {}
    folder.mkdir(parents=True, exist_ok=True)
    for name in VARIANTS:
        file = folder / f"{name.replace(' ', '-')}.safetensors"
        write_variant(weights, name, file)
        found[name] = _figures(file, data)
    return found


def train_scales(steps: int, data: Path, folder: Path, progress: Progress) -> dict[str, Mapping[str, float]]:
    """Figures of networks that were trained for so many steps with one scale, with two and with three."""
    network = next(each for each in NETWORKS if each.name == "sta")
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for scales in SCALES:
        out = folder / f"scales-{scales}-{steps}.safetensors"
        if not out.exists():
            own = replace(network, settings={**network.settings, "scales": scales})
            train(own, Training(out=str(out), data=str(data), steps=steps, device="cpu"), progress)
        found[f"{scales} of 3 scales, {steps} steps"] = _figures(out, data)
    return found


def _figures(file: Path, data: Path) -> Mapping[str, float]:
    """What the card of a training would say of a file, on the scenes that it would be judged on."""
    weights = read_weights(file)
    settings = read_settings(weights, file, KIND, StaSettings, "STA-Net")
    objective = _objective(data, asdict(settings))
    load_weights(objective.network, weights.tensors, file)
    return objective.figures(objective.network)


def _objective(data: Path, settings: Mapping[str, object]) -> StaObjective:
    network, device = next(each for each in NETWORKS if each.name == "sta"), torch.device("cpu")
    scene = SceneSettings(**{**network.scene, "batch": network.small_batch})  # type: ignore[arg-type]
    pack = read_pack(data)
    halves = TrainingPictures(pack.light(), data.name, pack.digest, (), pack.origin()).held_out()
    taught, judged = (SceneSampler(each, scene, device, SEED) for each in halves)
    return open_sta_objective(taught.draw, judged.draw, device, 0, settings)
