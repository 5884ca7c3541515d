"""The painter learns before it meets a shot, and what it has learned starts a fit."""

import pytest
import torch

from nodes.internal_fit import InternalFitParams
from nodes.networks import NETWORKS
from nodes.processors.internal_fit.fit import network_settings
from tests.vfxlib.pretraining.made_scene import MadeScenes, MadeSettings
from tests.vfxlib.train.toy import Recorder
from vfxlib.internal_fit.pretraining import open_painter_objective
from vfxlib.internal_fit.weights import start_from
from vfxlib.io.weights import write_weights
from vfxlib.nets.painter import open_painter
from vfxlib.nets.settings import about_network
from vfxlib.train.loop import fit
from vfxlib.train.schedule import Schedule

CPU = torch.device("cpu")
SMALL = {"outputs": 4, "width": 0.25, "padding": "zeros", "head": "linear"}


def made(settings=SMALL, seed=0):
    scenes = [MadeScenes(None, MadeSettings(size=16, frames=2, hole=6), CPU, each) for each in (1, 2)]
    return open_painter_objective(scenes[0].draw, scenes[1].draw, CPU, seed, settings)


def test_it_learns_to_paint_holes_of_pictures_that_it_was_not_trained_on(tmp_path):
    objective = made()
    before = objective.figures(objective.network)
    schedule = Schedule(iterations=25, rate=5e-3, warm_up=5, check_every=25, ema_decay=0.9)
    where = {"checkpoint": tmp_path / "state.safetensors", "identity": "x", "progress": Recorder(), "task": "painter"}
    result = fit(objective, schedule, **where)
    assert result.best.psnr > before["painted, dB"] + 3
    assert result.best.psnr > before["mean colour, dB"] + 1


def test_a_picture_is_normalised_by_what_is_visible_of_it():
    visible, truth = made().sample_batch(3).tensors
    known = visible[:, 3:4]
    mean = (visible[:, :3] * known).sum((2, 3)) / known.sum((2, 3))
    assert float(mean.abs().max()) < 1e-4
    assert (visible[:, :3] * (1 - known) == 0).all()
    assert torch.allclose(visible[:, :3], truth * known, atol=1e-5)  # these scenes have no grain


def test_its_network_is_the_one_that_a_fit_begins_with(tmp_path):
    objective = made(next(each.settings for each in NETWORKS if each.name == "painter"))
    path = tmp_path / "painter.safetensors"
    write_weights(path, objective.network.state_dict(), about_network(objective.kind, objective.settings))
    values = InternalFitParams().to_mapping()
    for level in (0, 1):  # a finer level sees more, and begins without using it
        start_from(open_painter(network_settings(values, level), seed=5), path)
    fitted = open_painter(network_settings(values, 0), seed=5)
    start_from(fitted, path)
    own = objective.network.state_dict()
    assert all(torch.equal(own[name], tensor) for name, tensor in fitted.state_dict().items())


def test_figures_are_of_the_hole_in_working_code_values():
    objective = made()

    class Exact(torch.nn.Module):
        def forward(self, x):
            return (torch.zeros(len(x), 4, *x.shape[2:]),)

    figures = objective.figures(Exact())
    assert figures["painted, dB"] == pytest.approx(figures["mean colour, dB"])
    assert figures["smooth fill, dB"] > figures["mean colour, dB"]
