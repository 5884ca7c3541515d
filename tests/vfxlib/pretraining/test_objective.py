"""What trainings ask of an objective is there in each that is declared."""

import pytest
import torch

from nodes.engine.named import named
from nodes.networks import NETWORKS
from tests.vfxlib.pretraining.made_scene import MadeScenes, MadeSettings
from tests.vfxlib.training_ground.scenes import pictures
from vfxlib.nets.settings import NetworkSettings, about_network
from vfxlib.pretraining import cycle_objective
from vfxlib.training_ground.corruption_sampler import CorruptionSampler, CorruptionSettings


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_an_objective_names_its_network_and_judges_it(network, monkeypatch):
    cpu = torch.device("cpu")
    monkeypatch.setattr(cycle_objective, "HELD_OUT", 1)
    draw = MadeScenes(None, MadeSettings(), cpu, 0).draw
    if network.sampler.endswith(":CorruptionSampler"):
        clips = CorruptionSettings(size=(16, 16), frames=6, batch=2)
        draw = CorruptionSampler(pictures(side=32), clips, cpu, 0).draw
    objective = named(network.objective)(draw, draw, cpu, 0, network.settings)
    assert isinstance(objective.settings, NetworkSettings)
    assert about_network(objective.kind, objective.settings)["network"] == objective.kind
    assert objective.samples == len(objective.sample_batch(0).tensors[0])
    figures = objective.figures(objective.network)
    assert figures
    assert all(value >= 0 for value in figures.values())
    name, figure = objective.to_beat
    assert any(each.startswith(name) for each in figures)
    assert isinstance(figure, float)
