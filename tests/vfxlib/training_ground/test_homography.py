import math

import torch

from vfxlib.training_ground.homography import apply_to_pixels, compose, invert, similarity


def some(*shape):
    return torch.eye(3) + 0.2 * torch.randn(*shape, 3, 3, generator=torch.Generator().manual_seed(1))


def test_the_way_there_and_back_moves_nothing():
    matrix = some(5)
    x, y = torch.linspace(-0.5, 0.5, 7), torch.linspace(-0.4, 0.4, 5)
    across, down = apply_to_pixels(compose(invert(matrix), matrix), x, y)
    assert torch.allclose(across, x.expand_as(across), atol=1e-5)
    assert torch.allclose(down, y[:, None].expand_as(down), atol=1e-5)


def test_composing_is_the_product_of_matrices():
    one, two = some(4), some(4).flip(0)
    assert torch.allclose(compose(one, two), one @ two, atol=1e-6)


def test_a_thing_s_middle_is_0_and_its_reach_is_1_in_its_own_coordinates():
    at = similarity(*(torch.full((1,), value) for value in (0.3, -0.2, math.pi / 2, 0.1)))
    across, down = apply_to_pixels(at, torch.full((1,), 0.3), torch.stack([torch.full((), v) for v in (-0.2, -0.1)]))
    assert torch.allclose(across.flatten(), torch.eye(2)[1], atol=1e-5)
    assert torch.allclose(down.flatten(), torch.zeros(2), atol=1e-5)
