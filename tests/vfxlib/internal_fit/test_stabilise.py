import math

import numpy as np
import pytest
import torch
from torch import nn

from vfxlib.internal_fit.reconstruct import masked_l1
from vfxlib.internal_fit.stabilise import Change, apply_change, draw_change, stabilisation_loss
from vfxlib.nets.encoder import gaussian_blur
from vfxlib.nets.gated import GatedConv, PlainConv


def change(matrix=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), gain=1.0, blur=0):
    one = torch.zeros(1, 2, 3)
    one[0] = torch.stack([torch.stack([torch.full((), float(v)) for v in row]) for row in matrix])
    return Change(one, torch.full((1, 1, 1, 1), gain), torch.full((1,), blur, dtype=torch.int64))


def picture(seed=0, height=20, width=30):
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def test_changes_are_small_repeat_and_touch_no_global_generator():
    before = torch.get_rng_state()
    one, same = (draw_change(np.random.default_rng(4), 500) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(one.matrix, same.matrix)
    assert one.matrix.shape == (500, 2, 3)
    assert 2.9 < one.matrix[:, :, 2].abs().max() <= 3
    zoom = torch.linalg.det(one.matrix[:, :, :2].double()).sqrt()
    assert 0.95 <= zoom.min() < 0.955
    assert 1.045 < zoom.max() <= 1.05
    turn = torch.rad2deg(torch.atan2(one.matrix[:, 1, 0], one.matrix[:, 0, 0]))
    assert 1.9 < turn.abs().max() <= 2.001
    assert 0.95 <= one.gain.min() < one.gain.max() <= 1.05
    assert sorted(set(one.blur.tolist())) == [0, 1, 2]


def test_no_change_changes_nothing():
    assert torch.allclose(apply_change(change(), picture()), picture(), atol=1e-5)


def test_a_shift_is_in_pixels_of_a_picture_that_is_not_square():
    moved = apply_change(change(((1, 0, 2), (0, 1, -1))), picture())
    assert torch.allclose(moved[..., 1:, :-2], picture()[..., :-1, 2:], atol=1e-5)


def test_a_quarter_turn_turns_a_picture_that_is_not_square_about_its_centre():
    turned = apply_change(change(((0, -1, 0), (1, 0, 0))), picture())
    assert torch.allclose(turned[..., 5:25], picture()[..., 5:25].rot90(1, (2, 3)), atol=1e-5)


def test_gain_and_blur_touch_the_colours_and_never_the_map():
    assert torch.allclose(apply_change(change(gain=1.05), picture()), 1.05 * picture(), atol=1e-5)
    known = (picture()[:, :1] > 0.3).float()
    for blur, less in ((1, 0.8), (2, 0.65)):
        soft = apply_change(change(blur=blur), picture())
        assert soft.std() < less * picture().std()
        assert soft.mean() == pytest.approx(picture().mean().item(), abs=0.01)
        assert torch.equal(apply_change(change(gain=0.9, blur=blur), known, mask=True), known)


def test_each_picture_of_a_batch_has_its_own_change():
    two = Change(
        *(
            torch.cat(parts)
            for parts in zip(*(vars(c).values() for c in (change(), change(gain=2, blur=2))), strict=True)
        )
    )
    both = apply_change(two, picture().repeat(2, 1, 1, 1))
    assert torch.allclose(both[0], picture()[0], atol=1e-5)
    assert torch.allclose(both[1:], apply_change(change(gain=2, blur=2), picture()))


def test_what_touches_the_unknown_or_the_outside_is_unknown():
    known = torch.ones(1, 1, 20, 30)
    known[..., 10, 10] = 0
    moved = apply_change(change(((1, 0, 0.5), (0, 1, 0))), known, mask=True)
    assert (moved[..., 10, 9:11] == 0).all()
    assert (moved[..., -1] == 0).all()
    assert moved.sum() == 20 * 30 - 2 - 20


@pytest.mark.parametrize("blur", [0, 1, 2])
def test_colours_of_the_unknown_never_leak_into_the_known(blur):
    known = torch.ones(1, 1, 20, 30)
    known[..., 5:12, 8:20] = 0
    moved = change(((1, 0.02, 0.5), (0.01, 1, 0.3)), blur=blur)
    clean = apply_change(moved, picture(), known)
    broken = apply_change(moved, torch.where(known > 0, picture(), math.nan), known)
    assert torch.equal(clean, broken)
    flat = apply_change(moved, torch.where(known > 0, 2.0, 50.0).expand(-1, 3, -1, -1), known)
    assert torch.allclose(flat[:, :1][apply_change(moved, known, mask=True) > 0], torch.tensor(2.0), atol=1e-4)


def test_a_painting_that_changes_as_the_picture_does_costs_nothing():
    one, other = picture(0), picture(1)
    offset = picture(2)
    assert stabilisation_loss(one + offset, other + offset, one, other, torch.ones(1, 1, 20, 30)) < 1e-6
    assert stabilisation_loss(one + offset, other, one, other, torch.ones(1, 1, 20, 30)) > 0.3


def test_the_unknown_costs_nothing_and_gets_no_gradient():
    known = torch.ones(1, 1, 20, 30)
    known[..., :10] = 0
    painted = picture(3).requires_grad_()
    broken = torch.where(known > 0, picture(0), math.nan)
    loss = stabilisation_loss(painted, picture(4), broken, picture(1), known)
    loss.backward()
    assert torch.isfinite(loss)
    assert (painted.grad[..., :10] == 0).all()
    assert (painted.grad[..., 10:] != 0).any()


def fitted(weight, steps=30):
    """Fit a small network to paint the middle of noise; with a weight, steadily."""
    torch_seed = torch.Generator().manual_seed(0)
    network = nn.Sequential(GatedConv(4, 32, 5), GatedConv(16, 32, dilation=2), PlainConv(16, 3, 3))
    for layer in network:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="linear", generator=torch_seed)
    truth = gaussian_blur(torch.randn(4, 3, 20, 20, generator=torch_seed), 1.0) * 3
    visible = torch.ones(4, 1, 20, 20)
    visible[..., 7:13, 7:13] = 0
    rng = np.random.default_rng(0)
    optimiser = torch.optim.Adam(network.parameters(), 4e-3)

    def twice(rng):
        moved = draw_change(rng, 4)
        near, seen = apply_change(moved, truth), apply_change(moved, visible, mask=True)
        outside = apply_change(moved, torch.ones_like(visible), mask=True)
        painted = network(torch.cat((truth * visible, visible), 1))
        again = network(torch.cat((near * seen, seen), 1))
        return painted, stabilisation_loss(painted, again, truth, near, outside * (1 - visible))

    for _ in range(steps):
        optimiser.zero_grad()
        painted, steady = twice(rng)
        (masked_l1(painted, truth, torch.ones_like(visible)) + weight * steady).backward()
        optimiser.step()
    with torch.no_grad():
        fresh = np.random.default_rng(1)
        return float(torch.stack([twice(fresh)[1] for _ in range(8)]).mean())


def test_a_network_fitted_with_it_answers_small_changes_more_steadily():
    assert fitted(1.0) < 0.75 * fitted(0.0)
