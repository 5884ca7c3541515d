"""Tiles cover the hole and nothing else, and joining them is seamless."""

import numpy as np
import pytest

from vfxlib.image.box import Box
from vfxlib.image.tiles import Tiling, blend, plan_tiles

WINDOW = Box(-10, -5, 90, 60)


def hole(*boxes):
    mask = np.zeros((WINDOW.height, WINDOW.width), bool)
    for box in boxes:
        mask[box.slices(WINDOW)] = True
    return mask


def test_nothing_to_remove_costs_nothing():
    assert plan_tiles(hole(), WINDOW, Tiling(32)) == []


@pytest.mark.parametrize("overlap", [0, 4])
def test_every_pixel_of_the_hole_lies_in_a_tile(overlap):
    mask = hole(Box(-3, 2, 40, 33), Box(70, 50, 90, 60))
    covered = np.zeros_like(mask)
    for box in plan_tiles(mask, WINDOW, Tiling(32, overlap)):
        assert WINDOW.contains(box)
        covered[box.slices(WINDOW)] = True
    assert covered[mask].all()


def test_a_small_hole_gets_a_small_tile():
    assert plan_tiles(hole(Box(5, 6, 9, 8)), WINDOW, Tiling(32)) == [Box(5, 6, 9, 8)]


@pytest.mark.parametrize("overlap", [0, 6])
def test_pieces_of_one_picture_join_to_that_picture(overlap):
    rng = np.random.default_rng(1)
    picture = rng.random((WINDOW.height, WINDOW.width, 3)).astype(np.float32)
    boxes = plan_tiles(np.ones(picture.shape[:2], bool), WINDOW, Tiling(32, overlap))
    joined = blend([(box, picture[box.slices(WINDOW)]) for box in boxes], WINDOW, overlap, 3)
    assert np.allclose(joined, picture, atol=1e-6)
