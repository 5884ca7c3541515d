"""Partial convolutions see what is confident alone, and confidence goes on by the paper's formulas."""

import pytest
import torch

from vfxlib.nets.hole_places import find_places, gather_rows
from vfxlib.nets.partial_conv import ConfidenceUpdate, PartialConv, lagrange

KINDS = ("plain", "mean", "power", "polynomial")


def made(maps=3, channels=2, kernel=3, confidence="plain"):
    rng = torch.Generator().manual_seed(4)
    layer = PartialConv(channels, maps, 4, kernel, confidence)
    for parameter in layer.parameters():
        parameter.data += 0.3 * torch.randn(parameter.shape, generator=rng)
    x = torch.randn(2, maps * channels, 6, 7, generator=rng)
    seen = torch.rand(2, maps, 6, 7, generator=rng) * (torch.rand(2, maps, 6, 7, generator=rng) > 0.6)
    seen[:, :, :4, :4] = 0  # whole windows without anything
    return layer, x, seen


def everywhere(layer, x, seen):
    """The layer at every pixel: [n c h w] and [n 1 h w]."""
    n, _, height, width = seen.shape
    windows = find_places(torch.zeros(n, height, width), layer.kernel).second
    y, confidence = layer(*(each.permute(0, 2, 3, 1).flatten(0, 2) for each in (x, seen)), windows)
    return y.reshape(n, height, width, -1).permute(0, 3, 1, 2), confidence.reshape(n, 1, height, width)


def updated(rule, seen, kernel=3):
    """The rule at every pixel: [n h w]."""
    n, _, height, width = seen.shape
    windows = find_places(torch.zeros(n, height, width), kernel).second
    rows = gather_rows(seen.permute(0, 2, 3, 1).flatten(0, 2), windows.rows)
    return rule(rows, windows.inside).reshape(n, height, width)


def window(values, y, x, kernel):
    """The values around a pixel, 0 beyond the picture: [c k k]."""
    margin = kernel // 2
    return torch.nn.functional.pad(values, (margin,) * 4)[:, y : y + kernel, x : x + kernel]


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_a_partial_convolution_is_the_formula_pixel_by_pixel(kernel):
    layer, x, seen = made(kernel=kernel)
    y, confidence = everywhere(layer, x, seen)
    whole = seen.repeat_interleave(2, 1)  # a mask of the features' own shape
    for clip in range(2):
        for row in range(6):
            for column in range(7):
                values, mask = (window(each[clip], row, column, kernel) for each in (x, whole))
                expected = torch.zeros(4)
                if mask.sum() > 0:
                    sums = (layer.weight * (values * mask)).sum((1, 2, 3))
                    expected = sums * mask.numel() / mask.sum() + layer.bias
                assert torch.allclose(y[clip, :, row, column], expected, atol=1e-4)
                of_one = window(seen[clip], row, column, kernel)
                assert confidence[clip, 0, row, column] == pytest.approx(float(of_one.sum().clamp(max=1)), abs=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_is_confident_there_is_nothing(kind):
    layer, x, seen = made(confidence=kind)
    y, confidence = everywhere(layer, x, seen)
    assert (y[:, :, :3, :3] == 0).all()
    assert (confidence[:, :, :3, :3] == 0).all()
    assert ((confidence >= 0) & (confidence <= 1)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_confident_changes_nothing(kind):
    layer, x, seen = made(confidence=kind)
    hidden = torch.where(seen.repeat_interleave(2, 1) > 0, x, torch.full_like(x, 50.0))
    assert all(
        torch.equal(a, b) for a, b in zip(everywhere(layer, x, seen), everywhere(layer, hidden, seen), strict=True)
    )


def test_the_mean_is_that_of_the_window_inside_the_picture():
    seen = torch.ones(1, 2, 4, 5)
    assert torch.allclose(updated(ConfidenceUpdate("mean", 2, 3), seen), torch.ones(1, 4, 5))
    seen[:, 1] = 0
    assert torch.allclose(updated(ConfidenceUpdate("mean", 2, 3), seen), torch.full((1, 4, 5), 0.5))


@pytest.mark.parametrize("kind", ["power", "polynomial"])
def test_the_learned_rules_begin_as_the_mean(kind):
    seen = made()[2]
    learned, mean = (updated(ConfidenceUpdate(each, 3, 3), seen) for each in (kind, "mean"))
    assert torch.allclose(learned, mean, atol=1e-5)


def test_the_generalised_mean_is_equation_1():
    rule = ConfidenceUpdate("power", 1, 3)
    rule.log_power.data.fill_(3.0).log_()
    rule.weight.data.copy_(torch.arange(9.0)[:, None] / 9)
    seen = 0.1 + 0.9 * torch.rand(1, 1, 3, 3, generator=torch.Generator().manual_seed(1))
    weight = rule.weight.detach().exp().reshape(3, 3)
    expected = ((weight * seen**3).sum() / weight.sum()) ** (1 / 3)
    assert updated(rule, seen).detach()[0, 1, 1] == pytest.approx(float(expected), rel=1e-5)


def test_a_great_power_is_near_the_greatest_confidence():
    rule = ConfidenceUpdate("power", 1, 3)
    rule.log_power.data.fill_(5.5)  # as far as it may go
    seen = torch.zeros(1, 1, 5, 5)
    seen[0, 0, 2, 3] = 0.7
    mean = 0.7 / 9
    assert updated(rule, seen).detach()[0, 2, 2] == pytest.approx(0.7 * (1 / 9) ** (1 / 7.389), rel=1e-3)
    assert updated(rule, seen).detach()[0, 2, 2] > 6 * mean


def test_the_polynomial_goes_through_its_four_points_and_is_equation_2():
    a, b = torch.full((), 0.77), torch.full((), 0.9)
    x = torch.arange(4.0) / 3
    assert lagrange(x, a, b).tolist() == pytest.approx([0, 0.77, 0.9, 1], abs=1e-5)
    x = torch.linspace(0, 1, 9)
    paper = (13.5 * a - 13.5 * b + 4.5) * x**3 + (-22.5 * a + 18 * b - 4.5) * x**2 + (9 * a - 4.5 * b + 1) * x
    assert torch.allclose(lagrange(x, a, b), paper, atol=1e-5)


@pytest.mark.parametrize("kind", ["power", "polynomial"])
def test_the_learned_rules_learn(kind):
    layer, x, seen = made(confidence=kind)
    everywhere(layer, x, seen)[1].sum().backward()
    gradients = [parameter.grad for parameter in layer.confidence.parameters()]
    assert len(gradients) == 2
    assert all(gradient.isfinite().all() and gradient.abs().sum() > 0 for gradient in gradients)
