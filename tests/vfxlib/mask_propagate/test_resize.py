import pytest
import torch

from vfxlib.mask_propagate.resize import larger, smaller


def ramp(height: int, width: int) -> torch.Tensor:
    """A picture whose value is where it lies, from 0 to 1 over its width, pixels counted by their centres."""
    return ((torch.arange(width) + 0.5) / width).expand(1, height, width).contiguous()


def test_a_small_pixel_is_the_mean_of_what_it_covers():
    picture = torch.rand((2, 8, 12), generator=torch.Generator().manual_seed(0))
    small = smaller(picture, (4, 6))
    assert torch.allclose(small[:, 1, 2], picture[:, 2:4, 4:6].mean((1, 2)))


@pytest.mark.parametrize("shape", [(5, 7), (9, 16), (24, 32)])
def test_a_mean_stays_a_mean_whatever_the_shape(shape):
    assert torch.allclose(smaller(torch.full((1, 24, 32), 0.3), shape), torch.tensor(0.3))
    assert torch.allclose(larger(torch.full((1, 5, 7), 0.3), (24, 32)), torch.tensor(0.3))


def test_nothing_moves_when_a_picture_is_made_smaller_and_larger():
    there = larger(smaller(ramp(24, 32), (12, 16)), (24, 32))
    # torch's cubic bends a straight line a little; half a pixel would be 0.016
    assert torch.allclose(there[..., 4:-4], ramp(24, 32)[..., 4:-4], atol=0.004)


def test_a_picture_of_its_own_size_keeps_its_bits():
    picture = torch.rand((1, 6, 7), generator=torch.Generator().manual_seed(0))
    assert torch.equal(smaller(picture, (6, 7)), picture)
    assert torch.allclose(larger(picture, (6, 7)), picture, atol=1e-6)
