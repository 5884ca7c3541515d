import numpy as np
import pytest
import torch

from tests.vfxlib.inpaint.shots import CPU, shot, sight
from vfxlib.box import Box
from vfxlib.errors import MatteError
from vfxlib.fit.planes import Planes
from vfxlib.fit.range import Range
from vfxlib.inpaint.material import gather
from vfxlib.inpaint.planes import CHANNELS, HOLE, KNOWN
from vfxlib.inpaint.shrink import Sight, halve, halvings


def test_frames_in_a_file_give_the_same_crops_as_frames_in_memory(tmp_path):
    rng = np.random.default_rng(1)
    memory, disk = Planes(CHANNELS, CPU, 10**9, tmp_path), Planes(CHANNELS, CPU, 0, tmp_path)
    for size in ((20, 30), (13, 9)):
        data = rng.random((5, *size)).astype(np.float16)
        for planes in (memory, disk):
            planes.add(data, Box(3, -2, 3 + size[1], -2 + size[0]))
    for place in (0, 1, 0):
        for box in (Box(0, 0, 16, 16), Box(-8, -8, 40, 40), Box(5, 3, 6, 4), Box(90, 90, 98, 98)):
            assert torch.equal(memory.crop(place, box), disk.crop(place, box))
    assert not list(tmp_path.iterdir())
    disk.close()


def test_outside_of_a_frame_nothing_is_known_and_nothing_is_hole(tmp_path):
    planes = Planes(CHANNELS, CPU, 10**9, tmp_path)
    planes.add(np.ones((5, 4, 4), np.float16), Box(0, 0, 4, 4))
    crop = planes.crop(0, Box(-2, 0, 6, 4))
    assert crop[KNOWN][..., :2].sum() == crop[HOLE][..., 6:].sum() == 0
    assert (crop[:, :, 2:6] == 1).all()


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
    half = halve(Sight(colour, known, hole, Box(0, 0, 6, 4)))
    assert half.window == Box(0, 0, 3, 2)
    assert half.hole.tolist() == [[False, False, False], [False, True, False]]
    assert half.known.tolist() == [[True, True, True], [True, False, False]]
    assert np.allclose(half.colour[0, 0], (colour[0, 1] + colour[1, 0] + colour[1, 1]) / 3)
    assert np.allclose(half.colour[0, 1], colour[:2, 2:4].mean((0, 1)))


def test_halving_hangs_on_the_display_window_and_not_on_the_data_window():
    colour = np.random.default_rng(0).random((9, 9, 3)).astype(np.float32)
    everything, nothing = np.ones((9, 9), bool), np.zeros((9, 9), bool)
    half = halve(Sight(colour, everything, nothing, Box(-3, 1, 6, 10)))
    assert half.window == Box(-2, 0, 3, 5)
    assert np.allclose(half.colour[1, 1], colour[1:3, 1:3].mean((0, 1)))


def test_colours_come_back_from_the_range_of_the_shot():
    colours = Range((0.3, 0.4, 0.5), 0.1)
    seen = np.array([[-0.2, 0.4, 1.4]], np.float32)
    assert np.allclose(colours.widen(colours.narrow(seen)), seen, atol=1e-6)


def test_what_the_matte_hides_leaves_no_trace_in_the_material():
    one, other = shot(hidden=0.0), shot(hidden=123.0)
    assert one.colours == other.colours
    for place in range(6):
        box = Box(0, 0, 64, 48)
        assert torch.equal(one.levels[0].crop(place, box), other.levels[0].crop(place, box))


def test_a_shot_of_which_nothing_is_visible_is_refused(tmp_path):
    def hidden(number: int) -> Sight:
        seen = sight(0)
        return Sight(seen.colour, np.zeros_like(seen.known), np.ones_like(seen.hole), seen.window)

    with pytest.raises(MatteError, match="nothing outside the matte"):
        gather([1, 2], hidden, 0, device=CPU, room=10**9, folder=tmp_path)
