"""The spatial attention takes from outside the leftover alone, and the same whether all cells ask or some."""

import torch

from vfxlib.nets.gated import init_weights
from vfxlib.nets.sta_spatial import SCALE, Refinement, attend

RNG = torch.Generator().manual_seed(5)


def rand(*shape):
    return torch.rand(shape, generator=RNG)


def masked(height=6, width=8):
    inside = torch.zeros(1, 1, height, width)
    inside[..., 2:4, 3:6] = 1
    return inside


def test_it_equals_a_masked_softmax_written_out():
    features, values, inside = rand(1, 3, 6, 8) - 0.5, rand(1, 2, 6, 8), masked()
    patches = torch.nn.functional.normalize(torch.nn.functional.unfold(features, 3, padding=1)[0], dim=0)
    logits = SCALE * patches.T @ patches
    logits[:, inside.flatten() > 0] = -torch.inf
    plain = (torch.softmax(logits, 1) @ values[0].flatten(1).T).T.view(1, 2, 6, 8)
    features.requires_grad_()
    (whole,) = attend(features, [values], inside)
    assert torch.allclose(whole, plain, atol=1e-5)


def test_cells_that_ask_alone_get_what_they_get_among_all_in_any_chunks():
    features, values, inside = rand(1, 3, 6, 8), [rand(1, 2, 6, 8), rand(1, 5, 6, 8)], masked()
    whole = attend(features, values, inside)
    with torch.no_grad():
        for at_once in (100, 4):
            some = attend(features, values, inside, at_once)
            for one, other in zip(whole, some, strict=True):
                assert torch.allclose(torch.where(inside > 0, one, 0), other, atol=1e-6)


def test_where_all_is_leftover_nothing_is_taken():
    features, values = rand(1, 3, 4, 4), rand(1, 2, 4, 4)
    (found,) = attend(features, [values], torch.ones(1, 1, 4, 4))
    assert (found == 0).all()


def test_without_a_leftover_a_picture_is_drawn_all_the_same_and_gradients_reach_every_layer():
    network = Refinement(2)
    init_weights(network, 0)
    with torch.no_grad():
        assert network(rand(1, 3, 16, 24), torch.zeros(1, 1, 16, 24)).shape == (1, 3, 16, 24)
    leftover = torch.zeros(2, 1, 16, 16)
    leftover[..., 4:10, 4:10] = 1
    network(rand(2, 3, 16, 16), leftover).square().mean().backward()
    assert all(each.grad is not None and each.grad.abs().max() > 0 for each in network.parameters())
