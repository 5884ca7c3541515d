"""A deformable convolution is the plain one where its offsets are 0, and reads where they point elsewhere."""

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.nets.deformable import FARTHEST, DeformableAlignment, DeformableConv, DeformableConvAlignment


def random(*shape):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def plain(conv, x):
    """The convolution whose weights the layer has."""
    channels = x.shape[1]
    weight = conv.mix.weight.reshape(channels, 9, channels).transpose(1, 2).reshape(channels, channels, 3, 3)
    return F.conv2d(x, weight, conv.mix.bias, padding=1)


def test_without_offsets_it_is_a_convolution():
    conv, x = DeformableConv(3), random(2, 3, 6, 7)
    assert torch.allclose(conv(x, torch.zeros(2, 18, 6, 7)), plain(conv, x), atol=1e-5)


def test_whole_offsets_read_the_picture_that_far_away():
    conv, x = DeformableConv(2), random(1, 2, 8, 9)
    offsets = torch.zeros(1, 9, 2, 8, 9)
    offsets[:, :, 0], offsets[:, :, 1] = 2.0, -1.0
    moved = F.pad(x, (0, 2, 1, 0))[:, :, :8, 2:]
    inner = (slice(None), slice(None), slice(2, 7), slice(1, 6))
    assert torch.allclose(conv(x, offsets.reshape(1, 18, 8, 9))[inner], plain(conv, moved)[inner], atol=1e-5)


def test_each_tap_has_its_own_offset():
    conv, x = DeformableConv(1), random(1, 1, 5, 5)
    with torch.no_grad():
        conv.mix.weight.zero_()
        conv.mix.weight[0, 5] = 1.0  # the tap to the right of the middle
    offsets = torch.zeros(1, 9, 2, 5, 5)
    offsets[:, 5, 0] = -1.5
    read = conv(x, offsets.reshape(1, 18, 5, 5)) - conv.mix.bias[:, None, None]
    assert read[0, 0, 2, 2].item() == pytest.approx(float(x[0, 0, 2, 1:3].mean()), abs=1e-5)


def test_an_alignment_hands_on_what_it_is_given_at_its_start_and_learns_to_shift():
    torch.manual_seed(0)
    alignment = DeformableAlignment(4, 2)
    alignment.begin()
    target = random(1, 4, 12, 12)
    assert torch.allclose(alignment(target, target), target, atol=1e-4)
    rolled = target.roll(1, -1)
    optimiser = torch.optim.Adam(alignment.parameters(), 1e-2)
    errors = []
    for _ in range(16):
        error = (alignment(target, rolled) - target)[..., 2:-2, 2:-2].abs().mean()
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        errors.append(error.item())
    assert errors[-1] < 0.7 * errors[0]


def test_a_training_that_goes_astray_moves_no_tap_out_of_the_picture():
    block, target, reference = DeformableConvAlignment(4), random(1, 4, 40, 40), random(1, 4, 40, 41)[..., :40]
    with torch.no_grad():
        block.offsets.bias.fill_(1e4)
    seen = torch.autograd.functional.jacobian(lambda x: block(target, x)[0, :, 10, 10].sum(), reference)
    places = seen[0].abs().sum(0).nonzero()
    assert places.min() >= 10 + FARTHEST - 1
    assert places.max() <= 10 + FARTHEST + 1
