import numpy as np
import pytest
import torch
from scipy import ndimage

from vfxlib.device import to_numpy
from vfxlib.mask_propagate.warp import (
    dilate,
    downsample_area,
    opening,
    pixel_coordinates,
    random_affine,
    random_displacement,
    sample_bilinear,
    upsample_bicubic,
)

CPU = torch.device("cpu")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def picture(channels: int = 2, height: int = 9, width: int = 12) -> torch.Tensor:
    return torch.rand((channels, height, width), generator=torch.Generator().manual_seed(1))


def test_a_box_is_its_pixels_x_right_and_y_down():
    at = pixel_coordinates(3, -1, 4, 2, CPU)
    assert at.shape == (2, 4, 2)
    assert at[0, 0].tolist() == [3, -1]
    assert at[1, 3].tolist() == [6, 0]


def test_a_picture_read_at_its_own_pixels_is_itself():
    assert torch.allclose(sample_bilinear(picture(), pixel_coordinates(0, 0, 12, 9, CPU)), picture(), atol=1e-5)
    part = sample_bilinear(picture(), pixel_coordinates(3, 2, 5, 4, CPU))
    assert torch.allclose(part, picture()[:, 2:6, 3:8], atol=1e-5)


def test_between_pixels_a_picture_is_read_linearly():
    at = pixel_coordinates(3, 2, 1, 1, CPU) + torch.tensor([0.25, 0.0])
    one, other = picture()[:, 2, 3], picture()[:, 2, 4]
    assert torch.allclose(sample_bilinear(picture(), at)[:, 0, 0], 0.75 * one + 0.25 * other, atol=1e-5)


def test_outside_is_nothing_or_the_edge_or_the_mirror_image_as_is_asked():
    at = pixel_coordinates(-2, 4, 1, 1, CPU)
    assert (sample_bilinear(picture(), at) == 0).all()
    assert torch.allclose(sample_bilinear(picture(), at, "border")[:, 0, 0], picture()[:, 4, 0], atol=1e-5)
    assert torch.allclose(sample_bilinear(picture(), at, "reflection")[:, 0, 0], picture()[:, 4, 1], atol=1e-5)


def test_a_turn_keeps_its_centre_where_it_is():
    at = torch.tensor([[[5.0, 7.0], [6.0, 7.0]]])
    for seed in range(5):
        moved = random_affine(rng(seed), at, (5.0, 7.0), 0.3, 20.0, 0.0)
        assert torch.allclose(moved[0, 0], at[0, 0], atol=1e-5)
        assert (moved[0, 1] - at[0, 1]).norm() < 1


def test_a_mirror_image_is_one():
    at = torch.tensor([[[6.0, 7.0], [5.0, 8.0]]])
    for flip, sign in ((0.0, 1), (1.0, -1)):
        right, down = random_affine(rng(), at, (5.0, 7.0), 0.0, 0.0, flip)[0] - torch.tensor([5.0, 7.0])
        assert torch.sign(right[0] * down[1] - right[1] * down[0]) == sign
        assert torch.sign(right[0]) == sign


def test_sizes_and_turns_stay_within_what_is_asked():
    right = torch.tensor([[[1.0, 0.0]]])
    for seed in range(30):
        x, y = random_affine(rng(seed), right, (0.0, 0.0), 0.2, 8.0, 0.0)[0, 0].tolist()
        assert np.exp(-0.3) <= np.hypot(x, y) <= np.exp(0.3)
        assert abs(np.degrees(np.arctan2(y, x))) <= 8 * np.exp(0.2), "a stretch turns a little more"


def test_a_bend_is_smooth_random_and_of_the_size_that_is_asked():
    field = random_displacement(rng(), 40, 60, 3.0, 8, CPU)
    assert field.shape == (40, 60, 2)
    assert 1.5 < field.std() < 4
    assert (field[1:] - field[:-1]).abs().max() < 3
    assert (random_displacement(rng(), 40, 60, 0.0, 8, CPU) == 0).all()
    assert torch.equal(field, random_displacement(rng(), 40, 60, 3.0, 8, CPU))
    assert not torch.equal(field, random_displacement(rng(1), 40, 60, 3.0, 8, CPU))


def test_a_picture_smaller_than_a_cell_can_be_bent():
    assert random_displacement(rng(), 3, 2, 1.0, 50, CPU).shape == (3, 2, 2)


@pytest.mark.parametrize("radius", [-3, -1, 0, 1, 4])
def test_mattes_grow_and_shrink_by_a_square(radius):
    mattes = (picture(2, 20, 30) > 0.8).float()
    mattes[:, 4:14, 5:20] = 1
    size = 2 * abs(radius) + 1
    act = ndimage.maximum_filter if radius > 0 else ndimage.minimum_filter
    wanted = np.stack([act(matte, size, mode="nearest") for matte in to_numpy(mattes)])
    assert np.array_equal(to_numpy(dilate(mattes, radius)), wanted)


def test_a_matte_may_be_grown_by_more_than_the_picture():
    mattes = torch.zeros(1, 6, 8)
    mattes[0, 2, 3] = 1
    assert (dilate(mattes, 20) == 1).all()
    assert (dilate(mattes, -20) == 0).all()


@pytest.mark.parametrize("radius", [0, 1, 3])
def test_an_opening_removes_what_its_square_does_not_fit_into(radius):
    mattes = (picture(2, 20, 30) > 0.6).float()
    mattes[:, 4:14, 5:20] = 1
    size = 2 * radius + 1
    wanted = np.stack(
        [ndimage.binary_opening(np.pad(to_numpy(each), 9, mode="edge"), np.ones((size, size))) for each in mattes]
    )
    assert np.array_equal(to_numpy(opening(mattes, radius))[:, 4:14, 5:20], wanted[:, 13:23, 14:29].astype(np.float32))
    line = torch.zeros(1, 20, 30)
    line[:, 10, 5:25] = 1
    assert bool(opening(line, radius).any()) is (radius == 0)


def ramp(height: int, width: int) -> torch.Tensor:
    """A picture whose value is where it lies, from 0 to 1 over its width, pixels counted by their centres."""
    return ((torch.arange(width) + 0.5) / width).expand(1, height, width).contiguous()


def test_a_small_pixel_is_the_mean_of_what_it_covers():
    picture = torch.rand((2, 8, 12), generator=torch.Generator().manual_seed(0))
    small = downsample_area(picture, (4, 6))
    assert torch.allclose(small[:, 1, 2], picture[:, 2:4, 4:6].mean((1, 2)))


@pytest.mark.parametrize("shape", [(5, 7), (9, 16), (24, 32)])
def test_a_mean_stays_a_mean_whatever_the_shape(shape):
    assert torch.allclose(downsample_area(torch.full((1, 24, 32), 0.3), shape), torch.tensor(0.3))
    assert torch.allclose(upsample_bicubic(torch.full((1, 5, 7), 0.3), (24, 32)), torch.tensor(0.3))


def test_nothing_moves_when_a_picture_is_made_smaller_and_larger():
    there = upsample_bicubic(downsample_area(ramp(24, 32), (12, 16)), (24, 32))
    # torch's cubic bends a straight line a little; half a pixel would be 0.016
    assert torch.allclose(there[..., 4:-4], ramp(24, 32)[..., 4:-4], atol=0.004)


def test_a_picture_of_its_own_size_keeps_its_bits():
    picture = torch.rand((1, 6, 7), generator=torch.Generator().manual_seed(0))
    assert torch.equal(downsample_area(picture, (6, 7)), picture)
    assert torch.allclose(upsample_bicubic(picture, (6, 7)), picture, atol=1e-6)
