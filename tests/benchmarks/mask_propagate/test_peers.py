"""The baselines do what they are said to do."""

import numpy as np
import pytest
import torch

from benchmarks.mask_propagate.iou import score_frame
from benchmarks.mask_propagate.paper import PaperMatteRecipe
from benchmarks.mask_propagate.peers import carry_by_flow, display_of, displayed_frame, fit_and_carry, nearest_key
from benchmarks.mask_propagate.unet import open_unet
from tests.benchmarks.mask_propagate.shots import moving

CPU = torch.device("cpu")


def iou(found, truth):
    return score_frame(0, found, truth).iou


def test_a_frame_takes_its_matte_from_the_nearest_key():
    assert [nearest_key(place, (1, 5)) for place in range(8)] == [1, 1, 1, 1, 5, 5, 5, 5]


def test_flow_carries_a_matte_in_both_directions():
    pictures, masks = moving()
    found = carry_by_flow(pictures, {3: masks[3].astype(np.float32)})
    assert np.array_equal(found[3], masks[3])
    assert min(iou(one > 0.5, truth) for one, truth in zip(found, masks, strict=True)) > 0.75
    assert iou(masks[3], masks[0]) < 0.4  # standing still would not do


def test_flow_never_carries_past_the_next_key():
    pictures, masks = moving()
    empty, key = np.zeros_like(masks[0], np.float32), masks[0].astype(np.float32)
    found = carry_by_flow(pictures, {0: key, 6: empty})
    assert [bool((one > 0.5).any()) for one in found] == [True] * 4 + [False] * 3


@pytest.mark.slow
def test_the_literal_recipe_learns_and_keeps_its_keys():
    pictures, masks = moving(3)
    key = masks[0].astype(np.float32)
    recipe = PaperMatteRecipe([(pictures[0], key)], (48, 32), CPU, open_unet(0, 8))
    first = recipe.step()
    found = fit_and_carry(recipe, pictures, {0: key}, 60)
    assert recipe.step() < 0.7 * first
    assert found[0] is key
    assert all(one.shape == key.shape and 0 <= one.min() <= one.max() <= 1 for one in found)


def test_a_frame_is_displayed_over_its_display_window(shot):
    picture = displayed_frame(shot.plate, 1001)
    assert (picture.dtype, picture.shape) == (np.uint8, (64, 96, 3))
    assert display_of(shot.plate).size == (96, 64)
