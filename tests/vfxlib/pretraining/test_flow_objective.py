"""The flow refinement learns motion that holes hide, and is judged on scenes that it does not see."""

import math

import pytest
import torch

from tests.vfxlib.pretraining.made_scene import MadeScenes, MadeSettings
from tests.vfxlib.train.toy import Recorder
from vfxlib.pretraining.flow_loss import FlowLossSettings
from vfxlib.pretraining.flow_objective import FlowObjective, end_point_error, open_flow_objective
from vfxlib.pretraining.measured_flow import MOST_ERROR
from vfxlib.train.loop import fit
from vfxlib.train.objective import NotCaptured
from vfxlib.train.schedule import Schedule

CPU = torch.device("cpu")
SMALL = {"channels": 12, "blocks": 1, "steps": 2}


def made(seed=0, same=False, **more):
    scenes = MadeScenes(None, MadeSettings(**more), CPU, 1)
    draw = (lambda step: scenes.draw(0)) if same else scenes.draw
    held_out = (lambda step: scenes.draw(0)) if same else MadeScenes(None, MadeSettings(**more), CPU, 2).draw
    return open_flow_objective(draw, held_out, CPU, seed, SMALL)


def test_a_small_scene_is_learned_far_better_than_a_smooth_fill(tmp_path):
    opened = made(same=True)
    objective = FlowObjective(opened.network, opened._draw, opened._draw, 0, FlowLossSettings(late=2.0), ("moving",))
    before = objective.figures(objective.network)
    schedule = Schedule(iterations=36, rate=8e-3, warm_up=5, check_every=18, ema_decay=0.9)
    result = fit(
        objective,
        schedule,
        checkpoint=tmp_path / "state.safetensors",
        identity="small",
        progress=Recorder(),
        task="small",
    )
    objective.network.load_state_dict(dict(result.weights))
    after = objective.figures(objective.network)
    assert before["learned, px"] == pytest.approx(before["smooth start, px"], rel=1e-4)
    assert after["learned, px"] < 0.5 * after["smooth start, px"]
    assert result.best.psnr == pytest.approx(-20 * math.log10(after["learned, px"]), abs=0.01)


def test_its_step_is_no_cuda_graph_for_holes_differ_from_batch_to_batch():
    assert isinstance(made(), NotCaptured)


def test_a_batch_follows_from_its_step_alone():
    a, b, later = (made().sample_batch(step).tensors for step in (5, 5, 6))
    assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))
    assert not torch.equal(a[2], later[2])
    assert not torch.equal(a[0], made(seed=1).sample_batch(5).tensors[0])


def test_a_network_is_given_measured_motion_and_nothing_of_what_the_hole_hides():
    measured, known, truth, _, weights = made().sample_batch(400).tensors
    assert (measured * (1 - known) == 0).all()
    assert 0 < float((1 - known).mean()) < 0.5
    error = ((measured - truth) * known).abs()
    assert 0 < float(error.mean()) < MOST_ERROR
    assert weights.shape == (2,)
    assert float(weights.sum()) == pytest.approx(1 - math.exp(-4))


def test_held_out_figures_do_not_change_with_the_training_s_seed():
    figures = [made(seed).figures(made(0).network) for seed in (0, 1)]
    assert figures[0] == figures[1]
    assert set(figures[0]) == {"camera's motion, px", "smooth start, px", "learned, px"}


def test_an_error_is_the_mean_distance_in_the_hole():
    truth, known = torch.zeros(1, 2, 4, 3, 3), torch.ones(1, 2, 1, 3, 3)
    flows = truth + 9.0
    known[..., 1, 1] = 0
    flows[..., 1, 1] = 0
    flows[:, :, 0, 1, 1], flows[:, :, 1, 1, 1] = 3.0, 4.0
    assert end_point_error(flows, truth, known) == pytest.approx(2.5)
