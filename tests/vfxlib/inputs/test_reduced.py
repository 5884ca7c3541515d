from dataclasses import replace

import numpy as np
import pytest

from tests.exr import write
from vfxlib.image.box import Box
from vfxlib.inputs.shot import open_shot, to_colour

WIDTH, HEIGHT = 12, 8


@pytest.fixture
def shot(tmp_path):
    rng = np.random.default_rng(0)
    colour = {name: rng.random((HEIGHT, WIDTH), np.float32) * 4 - 0.5 for name in "RGB"}
    colour["R"][0, 0] = np.nan
    matte = np.zeros((HEIGHT, WIDTH), np.float32)
    matte[3, 5] = 0.25
    write(tmp_path / "plate" / "plate.0001.exr", colour, (WIDTH, HEIGHT))
    write(tmp_path / "matte" / "matte.0001.exr", {"A": matte}, (WIDTH, HEIGHT))
    return open_shot(plate=str(tmp_path / "plate"), matte=str(tmp_path / "matte"))


def test_light_is_averaged_in_linear_and_a_matte_keeps_its_largest_value(shot):
    whole, low = shot.read(1), shot.reduced(6).read(1)
    assert low.window == Box(0, 0, 6, 4)
    blocks = whole.plate.pixels.reshape(4, 2, 6, 2, 3)
    mean = blocks.mean(axis=(1, 3))
    mean[0, 0] = (blocks[0, 0, 0, 1] + blocks[0, 1, 0, 0] + blocks[0, 1, 0, 1]) / 3  # the one that is no number
    np.testing.assert_allclose(low.plate.pixels, mean, rtol=1e-5, atol=1e-6)
    assert low.matte[1, 2] == np.float32(0.25)
    assert low.hole.sum() == 1
    assert not low.known[1, 2]
    assert low.known.sum() == 23


def test_a_reduced_plate_is_encoded_as_the_plate_is(shot):
    low = shot.reduced(6).read(1)
    again = to_colour(low.original, shot.colours)
    np.testing.assert_allclose(again.pixels, low.plate.pixels, rtol=1e-4, atol=1e-5)


def test_the_matte_is_grown_in_the_plate_s_own_pixels(shot):
    grown = replace(shot, grow=1.0).reduced(6).read(1)
    assert grown.hole.sum() == 4 - 1
    assert shot.reduced(6).reduction.scale == 0.5
