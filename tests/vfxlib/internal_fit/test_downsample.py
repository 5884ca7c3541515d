import numpy as np
import pytest

from vfxlib.image.box import Box
from vfxlib.internal_fit.downsample import NetworkFrame, halve, halvings


@pytest.mark.parametrize(("size", "count"), [((960, 540), 0), ((1728, 960), 1), ((2048, 1556), 1), ((3840, 2160), 2)])
def test_a_plate_is_halved_until_it_is_about_a_thousand_pixels_wide(size, count):
    assert halvings(*size) == count


def test_a_halved_frame_is_the_mean_of_what_is_known_and_hole_where_any_pixel_is():
    colour = np.arange(4 * 6 * 3, dtype=np.float32).reshape(4, 6, 3)
    known, hole = np.ones((4, 6), bool), np.zeros((4, 6), bool)
    known[0, 0] = False
    hole[2, 2] = True
    known[2, 2] = False
    known[2:4, 4:6] = False
    half = halve(NetworkFrame(colour, known, hole, Box(0, 0, 6, 4)))
    assert half.window == Box(0, 0, 3, 2)
    assert half.hole.tolist() == [[False, False, False], [False, True, False]]
    assert half.known.tolist() == [[True, True, True], [True, False, False]]
    assert np.allclose(half.colour[0, 0], (colour[0, 1] + colour[1, 0] + colour[1, 1]) / 3)
    assert np.allclose(half.colour[0, 1], colour[:2, 2:4].mean((0, 1)))


def test_halving_hangs_on_the_display_window_and_not_on_the_data_window():
    colour = np.random.default_rng(0).random((9, 9, 3)).astype(np.float32)
    everything, nothing = np.ones((9, 9), bool), np.zeros((9, 9), bool)
    half = halve(NetworkFrame(colour, everything, nothing, Box(-3, 1, 6, 10)))
    assert half.window == Box(-2, 0, 3, 5)
    assert np.allclose(half.colour[1, 1], colour[1:3, 1:3].mean((0, 1)))
