"""What each choice of the flow refinement is worth: as many steps with one thing changed, judged on the same scenes."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from nodes.networks import FLOW_REFINEMENT
from vfxlib.nets.flow_refinement import open_flow_refinement
from vfxlib.nets.flow_refinement_settings import FlowRefinementSettings
from vfxlib.pretraining.flow_loss import FlowLossSettings
from vfxlib.pretraining.flow_objective import FlowObjective
from vfxlib.pretraining.motion_holes import SETUPS, Setup
from vfxlib.pretraining.pictures import made_pictures
from vfxlib.progress import Progress
from vfxlib.train.loop import fit
from vfxlib.train.schedule import Schedule
from vfxlib.training_ground.sampler import SceneSampler
from vfxlib.training_ground.settings import SceneSettings

__all__ = ["VARIANTS", "Variant", "VariantFigure", "train_variant"]

HELD_OUT_SEED = 7401


@dataclass(frozen=True)
class Variant:
    """One thing changed.

    settings  of the network, where they are not as the network is declared
    loss      how the losses are weighed
    setups    which frames lose their motion in training; it is judged on all of them
    """

    settings: Mapping[str, int | float | str] = field(default_factory=dict)
    loss: FlowLossSettings = field(default_factory=FlowLossSettings)
    setups: tuple[Setup, ...] = SETUPS


VARIANTS: dict[str, Variant] = {
    "as declared": Variant(),
    "architecture 2": Variant({"architecture": 2}),
    "confidence: plain": Variant({"confidence": "plain"}),
    "confidence: mean": Variant({"confidence": "mean"}),
    "confidence: generalised mean": Variant({"confidence": "power"}),
    "merge: the paper's": Variant({"merge": "residual"}),
    "guided by motion's edges": Variant({"guide": "edges"}),
    "3 steps": Variant({"steps": 3}),
    "10 steps": Variant({"steps": 10}),
    "5x5 windows, 3 steps": Variant({"kernel": 5, "steps": 3}),
    "no total variation": Variant(loss=FlowLossSettings(total_variation=0.0)),
    "no consistency": Variant(loss=FlowLossSettings(consistency=0.0)),
    "L1 alone": Variant(loss=FlowLossSettings(total_variation=0.0, consistency=0.0)),
    "steps weighed by eq. 3": Variant(loss=FlowLossSettings(scheme="bell", late=20.0, spread=1.0)),
    "trained on moving mattes alone": Variant(setups=("moving",)),
    "trained on the sandwich alone": Variant(setups=("sandwich",)),
}


@dataclass(frozen=True)
class VariantFigure:
    """What came of a variant.

    figures     mean end-point error on scenes that it did not see, pixels, by name
    parameters  how many numbers the network has
    processor   seconds of processor time
    """

    figures: Mapping[str, float]
    parameters: int
    processor: float


def train_variant(variant: Variant, steps: int) -> VariantFigure:
    """Train a variant and judge it.

    steps  of the training
    """
    cpu, began = torch.device("cpu"), time.process_time()
    taught, judged = made_pictures().held_out()
    scenes = SceneSettings(**{**FLOW_REFINEMENT.scene, "batch": FLOW_REFINEMENT.small_batch})  # type: ignore[arg-type]
    settings = FlowRefinementSettings(**{**FLOW_REFINEMENT.settings, **variant.settings})  # type: ignore[arg-type]
    network = open_flow_refinement(settings, 0)
    draw, held_out = SceneSampler(taught, scenes, cpu, 0).draw, SceneSampler(judged, scenes, cpu, HELD_OUT_SEED).draw
    objective = FlowObjective(network, draw, held_out, 0, variant.loss, variant.setups)
    schedule = Schedule(
        iterations=steps,
        rate=FLOW_REFINEMENT.rate,
        warm_up=max(1, steps // 10),
        check_every=steps,
        patience=steps,
        ema_decay=0.98,
    )
    with TemporaryDirectory() as folder:
        state = Path(folder) / "state.safetensors"
        result = fit(
            objective,
            schedule,
            checkpoint=state,
            identity="",
            progress=Progress(lambda tick: None, lambda words: None),
            task="variant",
        )
    network.load_state_dict(dict(result.weights))
    if variant.setups != SETUPS:
        objective = FlowObjective(network, draw, held_out, 0, variant.loss)
    count = sum(each.numel() for each in network.parameters())
    return VariantFigure(objective.figures(network), count, time.process_time() - began)
