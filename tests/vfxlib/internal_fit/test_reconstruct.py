import math

import pytest
import torch

from vfxlib.internal_fit.reconstruct import laplace_nll, masked_l1


def test_it_is_the_mean_absolute_error_over_known_pixels_by_weight():
    painted, truth = torch.zeros(1, 3, 2, 2), torch.ones(1, 3, 2, 2)
    truth[..., 0, 0] = 5.0
    weight = torch.tensor([[[[1.0, 2.0], [0.0, 0.0]]]])
    assert masked_l1(painted, truth, weight).item() == pytest.approx((1 * 5 + 2 * 1) / 3)


@pytest.mark.parametrize("broken", [math.nan, math.inf, 1e30])
def test_unknown_pixels_get_no_gradient_whatever_they_hold(broken):
    painted = torch.rand(2, 3, 6, 6, generator=torch.Generator().manual_seed(0)).requires_grad_()
    truth, weight = torch.zeros(2, 3, 6, 6), torch.ones(2, 1, 6, 6)
    truth[..., 2:4, 1:5], weight[..., 2:4, 1:5] = broken, 0.0
    loss = masked_l1(painted, truth, weight)
    loss.backward()
    assert torch.isfinite(loss)
    assert (painted.grad[..., 2:4, 1:5] == 0).all()
    assert (painted.grad[:, :, :2] != 0).all()


def test_nothing_known_costs_nothing():
    painted = torch.rand(1, 3, 4, 4).requires_grad_()
    loss = masked_l1(painted, torch.full((1, 3, 4, 4), math.nan), torch.zeros(1, 1, 4, 4))
    loss.backward()
    assert loss == 0
    assert (painted.grad == 0).all()


def test_channels_beyond_the_colours_are_not_looked_at():
    painted = torch.rand(1, 4, 4, 4)
    assert masked_l1(painted, painted[:, :3], torch.ones(1, 1, 4, 4)) == 0


def test_the_foretold_error_becomes_the_mean_error_and_moves_no_colour():
    chance = torch.Generator().manual_seed(1)
    painted = torch.zeros(1, 3, 64, 64).requires_grad_()
    side = torch.where(torch.arange(64) < 32, 0.1, 0.4)
    truth = torch.rand(1, 1, 64, 64, generator=chance).expand(-1, 3, -1, -1) * 2 * side
    log_error = torch.zeros(2).requires_grad_()
    optimiser = torch.optim.Adam([log_error], 0.1)
    for _ in range(100):
        optimiser.zero_grad()
        told = log_error.repeat_interleave(32).expand(1, 1, 64, 64)
        laplace_nll(told, painted, truth, torch.ones(1, 1, 64, 64)).backward()
        optimiser.step()
    assert log_error.exp().tolist() == pytest.approx([0.1, 0.4], rel=0.05)
    assert painted.grad is None


def test_the_foretold_error_learns_nothing_from_the_unknown():
    log_error = torch.zeros(1, 1, 4, 4).requires_grad_()
    weight = torch.ones(1, 1, 4, 4)
    weight[..., 2:] = 0
    truth = torch.where(weight > 0, 1.0, math.nan).expand(-1, 3, -1, -1)
    laplace_nll(log_error, torch.zeros(1, 3, 4, 4), truth, weight).backward()
    assert torch.isfinite(log_error.grad).all()
    assert (log_error.grad[..., 2:] == 0).all()
