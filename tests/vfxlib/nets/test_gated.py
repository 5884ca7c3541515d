import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.nets.gated import GatedConv, GatedUp, PlainConv, pad_to_multiple, reflection_pad, upsample_2x


@pytest.mark.parametrize("margin", [1, 2, 6])
def test_reflection_and_its_gradient_are_those_of_torch(margin):
    x = torch.randn(2, 3, 9, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    assert torch.equal(reflection_pad(x, margin), F.pad(x, (margin,) * 4, mode="reflect"))
    assert torch.autograd.gradcheck(lambda value: reflection_pad(value, margin), x)


@pytest.mark.parametrize("size", [(1, 1), (16, 40), (40, 16), (17, 3)])
def test_a_picture_smaller_than_its_mirror_goes_on_with_its_edge(size):
    x = torch.rand(1, 2, *size)
    wide = reflection_pad(x, 16)
    assert wide.shape == (1, 2, size[0] + 32, size[1] + 32)
    assert torch.equal(wide[..., 16:-16, 16:-16], x)
    assert torch.equal(wide[..., 0, 0], x[..., 0, 0])


def test_doubling_is_that_of_torch_and_its_gradient_is_right():
    x = torch.randn(1, 2, 4, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    assert torch.allclose(upsample_2x(x), F.interpolate(x, scale_factor=2, mode="bilinear"), atol=1e-12)
    assert torch.autograd.gradcheck(upsample_2x, x)
    assert upsample_2x(x, "nearest").shape == upsample_2x(x).shape


def test_doubling_keeps_channels_last():
    x = torch.rand(2, 8, 6, 5).contiguous(memory_format=torch.channels_last)
    assert upsample_2x(x).is_contiguous(memory_format=torch.channels_last)
    assert reflection_pad(x, 2).is_contiguous(memory_format=torch.channels_last)


def test_half_of_the_channels_are_the_gate():
    layer = GatedConv(3, 8)
    assert layer.weight.shape[0] == 8
    assert layer(torch.rand(1, 3, 6, 6)).shape == (1, 4, 6, 6)
    with torch.no_grad():
        layer.bias[:4], layer.bias[4:] = 2.0, -30.0
    assert layer(torch.rand(1, 3, 6, 6)).abs().max() < 1e-6, "a closed gate lets nothing through"
    with torch.no_grad():
        layer.bias[4:] = 30.0
    assert torch.allclose(layer(torch.rand(1, 3, 6, 6)), torch.tensor(2.0)), "an open one lets everything through"


@pytest.mark.parametrize("padding", ["reflect", "zeros"])
def test_layers_keep_the_size_halve_it_or_double_it(padding):
    x = torch.rand(1, 3, 12, 10)
    assert GatedConv(3, 8, dilation=16, padding=padding)(x).shape == (1, 4, 12, 10)
    assert GatedConv(3, 8, 5, stride=2, padding=padding)(x).shape == (1, 4, 6, 5)
    assert GatedUp(3, 8, padding)(x).shape == (1, 4, 24, 20)
    assert PlainConv(3, 5, 1, padding=padding)(x).shape == (1, 5, 12, 10)


def test_a_picture_grows_to_whole_steps_by_its_edge_and_one_that_fits_stays_itself():
    picture = torch.arange(15.0).reshape(1, 1, 3, 5)
    grown = pad_to_multiple(picture, 4)
    assert grown.shape[-2:] == (4, 8)
    assert torch.equal(grown[..., :3, :5], picture)
    assert (grown[0, 0, :3, 5:] == picture[0, 0, :, 4:]).all()
    assert pad_to_multiple(grown, 4) is grown
