"""Completion and mask prediction learn in stages, and are judged on clips that they do not see."""

import math

import pytest
import torch

from tests.vfxlib.train.toy import Recorder
from tests.vfxlib.training_ground.scenes import pictures
from vfxlib.pretraining import cycle_objective
from vfxlib.pretraining.cycle_objective import CycleObjective, intersection_over_union, open_cycle_objective
from vfxlib.train.loop import fit
from vfxlib.train.schedule import Schedule
from vfxlib.training_ground.corruption_sampler import CorruptionSampler, CorruptionSettings

CPU = torch.device("cpu")
SMALL = {"channels": 8, "blocks": 0, "alignments": 1, "references": 2}


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(cycle_objective, "HELD_OUT", 1)


def sampler(seed, **more):
    given = {"size": (24, 24), "frames": 4, "batch": 4, "kinds": ("strokes",), **more}
    return CorruptionSampler(pictures(side=48), CorruptionSettings(**given), CPU, seed)


def made(seed=0):
    return open_cycle_objective(sampler(1).draw, sampler(2).draw, CPU, seed, SMALL)


def test_the_damage_of_one_clip_is_learned(tmp_path):
    clip = sampler(3, batch=2)
    opened = made()
    objective = CycleObjective(opened.network, lambda step: clip.draw(0), lambda step: clip.draw(0), (4, 24))
    schedule = Schedule(iterations=40, rate=1e-2, warm_up=3, check_every=20, ema_decay=0.9, betas=(0.9, 0.999))
    before = objective.figures(objective.network)
    result = fit(
        objective, schedule, checkpoint=tmp_path / "s.safetensors", identity="one", progress=Recorder(), task="one"
    )
    objective.network.load_state_dict(dict(result.weights))
    after = objective.figures(objective.network)
    assert before["learned: IoU"] == 0.0
    assert after["learned: IoU"] > 0.4
    assert after["learned: by the mask found, dB"] > before["learned: by the mask found, dB"] + 1
    assert result.best.psnr == pytest.approx(after["learned: by the mask found, dB"], abs=0.01)
    assert result.best.second == pytest.approx(100 * after["learned: IoU"], abs=0.01)
    assert result.best.step == 40  # terms have joined, so the last counts and not the best of one of them


def test_a_batch_follows_from_its_step_and_every_second_clip_runs_backwards():
    objective = made()
    a, b, later = (objective.sample_batch(step).tensors for step in (5, 5, 6))
    assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))
    assert not torch.equal(a[0], later[0])
    plain = sampler(1).draw(5)
    assert torch.equal(a[2][:2], plain.masks[::2])
    assert torch.equal(a[2][2:], plain.masks[1::2].flip(1))


def test_stages_add_their_terms():
    objective = made()
    assert [objective.phase(step) for step in (0, 249, 250, 2500, 9999)] == [0, 0, 1, 2, 2]
    batch = objective.sample_batch(0).tensors
    moved = []
    for phase in range(3):
        objective.network.zero_grad()
        loss = objective.loss(batch, phase)
        loss.backward()
        assert math.isfinite(loss.item())
        weight = objective.network.masks.decoder.last.weight
        moved.append(weight.grad is not None and float(weight.grad.abs().sum()) > 0)
    assert moved == [False, True, True]


def test_the_cycle_s_loss_can_be_left_out_and_the_chain_stays():
    opened, draw = made(), sampler(1).draw
    whole, chain = (CycleObjective(opened.network, draw, sampler(2).draw, (0, 1), cycle) for cycle in (True, False))
    batch = whole.sample_batch(3).tensors
    assert chain.loss(batch, 2).item() < whole.loss(batch, 2).item()
    assert chain.loss(batch, 2).item() != chain.loss(batch, 1).item()


def test_held_out_figures_do_not_change_with_the_training_s_seed():
    one, other = (made(seed).figures(made(0).network) for seed in (0, 1))
    assert one == other
    assert made().to_beat[1] == pytest.approx(one["smooth fill under the mask left: by the mask found, dB"])


def test_the_intersection_counts_pixels_of_at_least_a_quarter():
    found, mask = torch.zeros(4), torch.ones(4)
    found[:2] = 0.25
    mask[3] = 0.2
    assert intersection_over_union(found, mask) == (2.0, 3.0)
