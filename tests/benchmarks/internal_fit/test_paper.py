"""The paper's recipe is the paper's, sees no truth, and can be stopped."""

import dataclasses

import numpy as np
import torch

from benchmarks.internal_fit.paper import BATCH, SETTINGS, PaperRecipe

CPU = torch.device("cpu")
SMALL = dataclasses.replace(SETTINGS, width=0.25)


def weights(recipe):
    return torch.cat([p.detach().flatten() for p in recipe.network.parameters()])


def test_the_literal_recipe_is_the_papers():
    assert (SETTINGS.network, SETTINGS.width, SETTINGS.head) == ("coarse-to-fine", 1.0, "tanh")
    assert (SETTINGS.padding, SETTINGS.upsampling, SETTINGS.inputs, SETTINGS.outputs) == ("reflect", "bilinear", 4, 3)


def test_the_literal_recipe_never_learns_from_its_own_hole(truth):
    ends = []
    for value in (0.1, 0.9):
        plates = {
            n: np.where(truth.network_frames[n].hole[..., None], np.float32(value), p) for n, p in truth.plates.items()
        }
        recipe = PaperRecipe(dataclasses.replace(truth, plates=plates), CPU, SMALL)
        losses = [recipe.step() for _ in range(2)]
        ends.append((losses, weights(recipe)))
    assert ends[0][0] == ends[1][0]
    assert torch.equal(ends[0][1], ends[1][1])


def test_a_literal_fit_that_was_stopped_goes_on_as_if_it_had_not_been(truth, tmp_path):
    whole, first, second = (PaperRecipe(truth, CPU, SMALL) for _ in range(3))
    whole.step(), whole.step()
    first.step()
    first.save(tmp_path / "x.safetensors", {"seconds": 1.5})
    assert second.load(tmp_path / "x.safetensors")["seconds"] == 1.5
    second.step()
    assert second.samples == whole.samples == 2 * BATCH
    assert torch.equal(weights(second), weights(whole))
