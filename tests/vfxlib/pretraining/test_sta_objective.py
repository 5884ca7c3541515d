"""STA-Net's training: alignment first, the spatial part later, and a loss that falls through all stages."""

import pytest
import torch

from tests.vfxlib.pretraining.made_scene import MadeScenes, MadeSettings
from tests.vfxlib.train.toy import Recorder
from vfxlib.pretraining.sta_objective import ALIGN, SPATIAL, TEMPORAL, StaStages, open_sta_objective
from vfxlib.train.loop import fit
from vfxlib.train.schedule import Schedule

CPU = torch.device("cpu")
SMALL = {"channels": 4, "affine": 4, "spatial": 2}


def made(**settings):
    own = MadeSettings(size=32, frames=3, hole=12)
    draw, held_out = (MadeScenes(None, own, CPU, each).draw for each in (1, 2))
    return open_sta_objective(draw, held_out, CPU, 0, {**SMALL, **settings})


@pytest.fixture(scope="module")
def objective():
    """One for all, since its features take a while to fit; what a test changes of the network it changes at its end."""
    return made()


def test_stages_follow_each_other():
    stages = StaStages(align=2, spatial=4)
    assert [stages.at(step) for step in (0, 2, 4)] == [ALIGN, TEMPORAL, SPATIAL]


def test_the_spatial_part_and_its_critic_are_taught_in_their_stage_alone(objective):
    batch = objective.sample_batch(0)
    for phase, taught in ((TEMPORAL, False), (SPATIAL, True)):
        objective.network.zero_grad()
        objective.loss(batch.tensors, phase).backward()
        changed = [bool(each.grad.abs().max() > 0) for each in objective.network.spatial_parameters()]
        assert any(changed) == taught
        assert (sum(changed) >= len(changed) - 1) == taught  # the critic's last bias moves real and painted alike


def test_a_training_lowers_the_loss_through_all_stages(objective, tmp_path):
    batch = objective.sample_batch(3)
    before = float(objective.loss(batch.tensors, TEMPORAL).detach())
    schedule = Schedule(iterations=16, rate=3e-3, warm_up=4, check_every=16, ema_decay=0.5)
    where = {"checkpoint": tmp_path / "state.safetensors", "identity": "x", "progress": Recorder(), "task": "sta"}
    objective.phase = StaStages(align=2, spatial=6).at
    result = fit(objective, schedule, **where)
    objective.network.load_state_dict(dict(result.weights))
    assert float(objective.loss(batch.tensors, TEMPORAL).detach()) < before
    figures = objective.figures(objective.network)
    assert figures["painted, dB"] == pytest.approx(result.best.psnr)
    assert objective.to_beat[1] == max(figures["smooth fill, dB"], figures["mean along the motion, dB"])


def test_a_network_without_a_spatial_part_has_no_critic_and_no_stage_for_it():
    objective = made(spatial=0)
    assert objective.network.critic is None
    assert objective.phase(10**6) == TEMPORAL
    assert torch.isfinite(objective.loss(objective.sample_batch(0).tensors, TEMPORAL))
