import numpy as np
import pytest
import torch

from tests.vfxlib.mask_propagate.shots import HEIGHT, WIDTH, crossing, looked_at
from vfxlib.device import to_numpy
from vfxlib.image.box import Box
from vfxlib.mask_propagate.dataset import carry_shape
from vfxlib.mask_propagate.features import COLOUR, DIFFERENCE, FRAME_CHANNELS, SPEED
from vfxlib.motion import make_view


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((854, 480), (240, 427)),
        ((480, 854), (427, 240)),
        ((64, 48), (48, 64)),
        ((500, 288), (288, 500)),
        ((578, 289), (240, 480)),
    ],
)
def test_mattes_are_carried_at_240_lines_and_a_small_plate_at_its_own(size, shape):
    assert carry_shape(Box(0, 0, *size)) == shape


@pytest.mark.parametrize("size", [(1166, 704), (704, 1166), (726, 704), (1, 5000), (5000, 1)])
def test_frames_are_as_large_as_what_is_carried_on_them(size):
    """Also where half a pixel is left over."""
    seen = make_view(
        np.zeros((size[1], size[0], 1), np.float32), np.ones(size[::-1], bool), lines=carry_shape(Box(0, 0, *size))[0]
    )
    assert seen.working.shape[:2] == carry_shape(Box(0, 0, *size))


def test_what_is_shown_is_the_frame_in_the_shots_own_range(tmp_path):
    shot = crossing()
    with looked_at(shot, tmp_path) as dataset:
        assert len(dataset) == 12
        assert dataset.numbers == tuple(range(1001, 1013))
        assert dataset.shape == (HEIGHT, WIDTH)
        for index in (0, 7):
            features = dataset.features(index)
            assert features.shape == (FRAME_CHANNELS, HEIGHT, WIDTH)
            seen = dataset.colours.invert(to_numpy(features[COLOUR]).transpose(1, 2, 0))
            assert np.allclose(seen, shot.picture(index), atol=2e-3)


def test_what_moves_by_itself_is_set_apart_from_the_background(tmp_path):
    shot = crossing()
    with looked_at(shot, tmp_path) as dataset:
        for index in (0, 5, 11):
            features, inside = dataset.features(index), shot.part(index)
            for each in (DIFFERENCE.start, DIFFERENCE.start + 1, SPEED.start):
                assert features[each][inside].mean() > 10 * features[each][~inside].mean()


def test_motion_leads_to_the_neighbour_that_was_asked_for(tmp_path):
    shot = crossing(3)
    with looked_at(shot, tmp_path) as dataset:
        for to, own, wall in ((2, (3, 1), (-1, 0)), (0, (-3, -1), (1, 0))):
            moved, inside = dataset.motion(1, to), torch.tensor(shot.part(1))
            assert torch.allclose(moved[:, inside].mean(1), torch.tensor(own, dtype=torch.float32), atol=1e-2)
            assert torch.allclose(moved[:, ~inside].mean(1), torch.tensor(wall, dtype=torch.float32), atol=1e-2)


def test_a_velocity_is_pixels_a_frame_at_the_ends_too(tmp_path):
    shot = crossing(3)
    with looked_at(shot, tmp_path) as dataset:
        for index in range(3):
            moved, inside = dataset.velocity(index), torch.tensor(shot.part(index))
            assert torch.allclose(moved[:, inside].mean(1), torch.tensor([3.0, 1.0]), atol=1e-2)
            assert torch.allclose(moved[:, ~inside].mean(1), torch.tensor([-1.0, 0.0]), atol=1e-2)


def test_across_a_cut_nothing_is_compared(tmp_path):
    with looked_at(crossing(4, cuts=(1, 2, 3)), tmp_path) as dataset:
        assert dataset.takes == (0, 1, 2, 3)
        for index in range(4):
            assert (dataset.features(index)[DIFFERENCE] == 0).all()
            assert (dataset.features(index)[SPEED] == 0).all()


def test_frames_beyond_the_room_lie_in_a_file_and_are_the_same(tmp_path):
    shot = crossing()
    frame = 13 * HEIGHT * WIDTH * 2
    with looked_at(shot, tmp_path) as all_there, looked_at(shot, tmp_path, 3 * frame) as some:
        held = [isinstance(each, torch.Tensor) for each in some._store._frames]
        assert held.count(True) <= 3
        for index in (0, 2, 3, 11, 1):
            assert torch.equal(all_there.features(index), some.features(index))
            assert torch.equal(all_there.motion(index, index + 1), some.motion(index, index + 1))
    assert not list(tmp_path.iterdir()), "the file has no name"
