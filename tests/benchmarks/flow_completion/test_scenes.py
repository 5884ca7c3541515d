"""Made scenes are judged by every method, and an untrained network gives back what it begins with."""

import pytest
import torch

from benchmarks.flow_completion.ablations import VARIANTS, train_variant
from benchmarks.flow_completion.scenes import draw_scenes, scene_errors
from vfxlib.nets.flow_refinement import open_flow_refinement
from vfxlib.nets.flow_refinement_settings import FlowRefinementSettings


@pytest.fixture(scope="module")
def scene():
    """One clip."""
    (drawn,) = draw_scenes(1, 32)
    return drawn


def test_every_method_has_its_error_and_an_untrained_network_changes_none(scene):
    network = open_flow_refinement(FlowRefinementSettings(channels=6, blocks=0, steps=1), 0)
    errors = scene_errors([scene], network)
    assert {"camera's motion", "smooth start", "carried"} < set(errors)
    for found in errors.values():
        assert found["learned from it"] == pytest.approx(found["by itself"], abs=1e-4)
    assert scene.samples.known.min() == 0
    assert torch.isfinite(scene.samples.truth).all()


def test_a_variant_is_trained_and_judged(monkeypatch):
    monkeypatch.setattr("vfxlib.pretraining.flow_objective.HELD_OUT", 1)
    figure = train_variant(VARIANTS["3 steps"], 1)
    assert figure.figures["learned, px"] > 0
    assert figure.parameters > 1000
