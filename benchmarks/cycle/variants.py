"""The networks trained again with one thing changed, as many steps each on the same clips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from nodes.engine.training import scene_pictures
from nodes.networks import CYCLE
from vfxlib.io.weights import load_weights, read_weights, write_weights
from vfxlib.nets.cycle import CycleNetworks, CycleSettings, open_cycle
from vfxlib.nets.settings import about_network, read_settings
from vfxlib.pretraining.cycle_objective import CycleObjective
from vfxlib.progress import Progress
from vfxlib.train.loop import fit
from vfxlib.train.schedule import Schedule
from vfxlib.training_ground.corruption_sampler import CorruptionSampler, CorruptionSettings

__all__ = ["VARIANTS", "CycleVariant", "read_cycle", "train_variant"]

MASKS_FROM, CYCLE_FROM = 0.05, 0.8  # shares of the steps before the stages of masks, and of chain and cycle
KIND = CycleObjective.kind


@dataclass(frozen=True)
class CycleVariant:
    """One thing changed.

    settings  of the networks, where they are not as a processor trains them
    cycle     False without the losses of the cycle
    """

    settings: Mapping[str, int] = field(default_factory=dict)
    cycle: bool = True


VARIANTS: dict[str, CycleVariant] = {
    "4 alignment blocks": CycleVariant(cycle=False),
    "0 alignment blocks": CycleVariant({"alignments": 0}, cycle=False),
    "4 alignment blocks, with the cycle": CycleVariant(),
    "1 alignment block": CycleVariant({"alignments": 1}, cycle=False),
    "2 alignment blocks": CycleVariant({"alignments": 2}, cycle=False),
}


def train_variant(variant: CycleVariant, steps: int, seed: int, data: Path, out: Path, progress: Progress) -> None:
    """Train a variant; stopped and called again it goes on.

    steps  of the training
    seed   of its start and its clips
    data   the pack
    out    the file of its weights
    """
    cpu = torch.device("cpu")
    taught, judged = scene_pictures(str(data)).held_out()
    cycle = CYCLE.on(cpu.type)
    clips = CorruptionSettings(**{**cycle.scene, "batch": cycle.batch})  # type: ignore[arg-type]
    settings = CycleSettings(**{**cycle.settings, **variant.settings})  # type: ignore[arg-type]
    network = open_cycle(settings, seed)
    draw, held_out = (
        CorruptionSampler(each, clips, cpu, number).draw for each, number in ((taught, seed), (judged, 0))
    )
    stages = (round(MASKS_FROM * steps), round(CYCLE_FROM * steps))
    objective = CycleObjective(network, draw, held_out, stages, variant.cycle)
    schedule = Schedule(
        iterations=steps,
        rate=cycle.rate,
        warm_up=max(1, steps // 20),
        check_every=steps,
        patience=steps,
        ema_decay=0.99,
        betas=cycle.betas,
    )
    state = out.with_suffix(".state.safetensors")
    result = fit(objective, schedule, checkpoint=state, identity=out.name, progress=progress, task=out.stem)
    write_weights(out, result.weights, about_network(KIND, settings))
    state.unlink(missing_ok=True)


def read_cycle(path: Path) -> CycleNetworks:
    """The networks of a file that ``paintout train cycle`` or ``train_variant`` has written."""
    weights = read_weights(path)
    network = open_cycle(read_settings(weights, path, KIND, CycleSettings, KIND), seed=0)
    load_weights(network, weights.tensors, path, "train it again")
    return network.eval()
