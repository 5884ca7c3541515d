import pytest
import torch
from torch import nn

from tests.vfxlib.train import toy
from vfxlib.train.step import GradientStep


def opened(clip, objective=None):
    objective = objective or toy.Toy()
    parameters = list(objective.network.parameters())
    return objective, parameters, GradientStep(objective, parameters, clip, lambda words: None)


def test_it_gives_the_loss_and_the_norm_of_its_gradient():
    objective, parameters, step = opened(1e9)
    batch = objective.sample_batch(0)
    loss, norm = step(batch.tensors, 0)
    other = toy.Toy()
    wanted = other.loss(batch.tensors, 0)
    wanted.backward()
    gradients = [p.grad for p in other.network.parameters()]
    assert loss == pytest.approx(wanted.item())
    assert norm == pytest.approx(torch.cat([g.flatten() for g in gradients]).norm().item(), rel=1e-5)
    assert all(torch.equal(p.grad, g) for p, g in zip(parameters, gradients, strict=True))


def test_gradient_clipping_scales_a_gradient_that_is_longer_than_it_may_be():
    objective, parameters, step = opened(0.01)
    _, norm = step(objective.sample_batch(0).tensors, 0)
    clipped = torch.cat([p.grad.flatten() for p in parameters]).norm().item()
    assert norm > 0.1, "the norm is told as it was before"
    assert clipped == pytest.approx(0.01, rel=1e-3)


def test_gradients_stay_where_they_are_and_are_not_added_up():
    objective, parameters, step = opened(1e9)
    places = [p.grad.data_ptr() for p in parameters]
    batch = objective.sample_batch(0)
    step(batch.tensors, 0)
    first = [p.grad.clone() for p in parameters]
    step(batch.tensors, 0)
    assert [p.grad.data_ptr() for p in parameters] == places
    assert all(torch.equal(p.grad, g) for p, g in zip(parameters, first, strict=True))


def test_on_the_processor_nothing_is_captured():
    _, _, step = opened(1.0)
    assert not step.will_capture(0)


def test_a_loss_that_is_no_number_is_given_as_it_is():
    class Broken(toy.Toy):
        def loss(self, tensors, phase):
            return super().loss(tensors, phase) * float("nan")

    objective, _, step = opened(1.0, Broken())
    loss, norm = step(objective.sample_batch(0).tensors, 0)
    assert loss != loss
    assert norm != norm
    assert isinstance(objective.network, nn.Module)
