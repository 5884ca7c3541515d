import numpy as np
import pytest

from vfxlib.image.box import Box
from vfxlib.internal_fit.downsample import NetworkFrame, halve, halvings, hole_depth


def hidden(*rectangles: tuple[int, int, int, int], size: tuple[int, int] = (270, 480)) -> NetworkFrame:
    """A frame with holes from y0 to y1 and x0 to x1."""
    hole = np.zeros(size, bool)
    for y0, y1, x0, x1 in rectangles:
        hole[y0:y1, x0:x1] = True
    return NetworkFrame(np.zeros((*size, 3), np.float32), ~hole, hole, Box(0, 0, size[1], size[0]))


@pytest.mark.parametrize(
    ("size", "count"),
    [
        ((432, 240), 0),
        ((512, 270), 0),
        ((854, 480), 1),
        ((960, 540), 1),
        ((1728, 960), 2),
        ((2048, 1556), 2),
        ((1080, 1920), 2),
        ((3840, 2160), 3),
        ((4096, 2160), 3),
        ((8192, 4320), 4),
    ],
)
def test_every_plate_is_halved_until_it_is_at_most_512_pixels_long(size, count):
    assert halvings(*size).usual == count


def test_a_plate_that_is_low_keeps_64_of_its_lines():
    assert halvings(8000, 400).usual == 2
    assert halvings(480, 100).for_hole(1000.0) == 0


@pytest.mark.parametrize(("depth", "count"), [(0.0, 0), (40.0, 0), (41.0, 1), (80.0, 1), (81.0, 2), (1000.0, 2)])
def test_a_deep_hole_begins_at_a_coarser_level_whose_crops_see_past_it(depth, count):
    assert halvings(480, 270).for_hole(depth) == count
    assert halvings(3840, 2160).for_hole(8 * depth) == 3 + count


def test_the_depth_of_a_hole_is_its_half_width_and_a_long_thin_one_is_not_deep():
    assert hole_depth(hidden()) == 0
    assert hole_depth(hidden((10, 110, 200, 300))) == 50
    assert hole_depth(hidden((10, 14, 0, 480))) == 2
    assert hole_depth(hidden((10, 14, 0, 480), (100, 120, 40, 90))) == 10


def test_past_the_edge_and_where_nothing_is_known_there_is_nothing_to_see():
    frame = hidden((0, 100, 200, 300))
    assert hole_depth(frame) == 50
    frame.known[100:, :] = False
    assert hole_depth(frame) == 50
    frame.known[:] = False
    assert hole_depth(frame) == 0


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
