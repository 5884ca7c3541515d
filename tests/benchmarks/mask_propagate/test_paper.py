"""A sample and a step of the paper's recipe are the paper's."""

import numpy as np
import pytest
import torch

from benchmarks.mask_propagate.paper import ALPHA, BATCH, PaperMatteRecipe, weighted_cross_entropy
from benchmarks.mask_propagate.unet import open_unet
from tests.benchmarks.mask_propagate.shots import SIDE, moving

CPU = torch.device("cpu")


def test_the_loss_forgives_too_much_rather_than_too_little():
    told, truth = torch.tensor([0.9, 0.9]).view(1, 1, 1, 2), torch.tensor([1.0, 0.0]).view(1, 1, 1, 2)
    every = torch.ones_like(truth)
    by_hand = -(np.log(0.9) + ALPHA * np.log(0.1)) / 2
    assert weighted_cross_entropy(told, truth, every).item() == pytest.approx(by_hand, rel=1e-4)
    assert weighted_cross_entropy(told, truth, torch.zeros_like(truth)).item() == pytest.approx(0, abs=1e-5)


def test_a_sample_shows_the_object_once_more_and_asks_nothing_of_its_own_place():
    pictures, masks = moving(1)
    recipe = PaperMatteRecipe([(pictures[0], masks[0].astype(np.float32))], (96, 64), CPU, open_unet(0, 2))
    shown, moved, place = recipe.samples(np.random.default_rng(0))
    assert shown.shape == (BATCH, 3, 64, 96)
    assert {int(one) for one in moved.sum((1, 2, 3))} == {SIDE**2}
    assert torch.equal(place[0, 0] > 0, torch.as_tensor(masks[0]))
    frame = torch.as_tensor(pictures[0]).permute(2, 0, 1) / 255 * 2 - 1
    assert torch.allclose(shown * (1 - moved), frame * (1 - moved), atol=1e-5)
    bright = [one[:, on[0] > 0].mean().item() for one, on in zip(shown, moved, strict=True)]
    assert np.allclose(bright, frame[:, torch.as_tensor(masks[0])].mean().item(), atol=1e-4)


def test_a_step_takes_the_loss_without_the_object_s_own_place():
    pictures, masks = moving(1)
    network = open_unet(0, 2)
    recipe = PaperMatteRecipe([(pictures[0], masks[0].astype(np.float32))], (96, 64), CPU, network, seed=5)
    shown, moved, place = recipe.samples(np.random.default_rng((5, 0)))
    with torch.no_grad():
        told = network(shown)
    assert recipe.step() == pytest.approx(weighted_cross_entropy(told, moved, 1 - place).item(), rel=1e-4)
    assert recipe.steps == 1


def test_the_literal_recipe_wants_sides_that_it_can_halve():
    with pytest.raises(ValueError, match="multiple of 16"):
        PaperMatteRecipe([], (100, 64), CPU, open_unet(0, 2))
