import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from tests.vfxlib.mask_propagate.shots import CPU, LARGE, crossing, key_of, looked_at
from vfxlib.mask_propagate.features import INPUT_CHANNELS
from vfxlib.mask_propagate.objective import (
    BACKGROUND_WEIGHT,
    VALIDATION_SAMPLES,
    PropagateObjective,
    PropagateSettings,
    weighted_bce,
)
from vfxlib.mask_propagate.pseudo_labels import PseudoLabels
from vfxlib.nets.masker import MaskerSettings, open_masker

SMALL = PropagateSettings(batch=2, crop=32)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Keys, and pseudo-labels of a first round."""
    folder, shot = tmp_path_factory.mktemp("frames"), crossing(6)
    with looked_at(shot, folder) as dataset:
        keys = [key_of(dataset, 0, shot.matte(0))]
        found = PseudoLabels(dataset, 1, device=CPU, room=LARGE, folder=folder)
        for index in range(6):
            found.put(index, shot.matte(index), torch.full_like(shot.matte(index), 0.5))
        yield keys, found
        found.close()


def objective(made, labelled: bool = False, settings: PropagateSettings = SMALL, seed: int = 0) -> PropagateObjective:
    keys, frames = made
    network = open_masker(MaskerSettings(INPUT_CHANNELS + 1), seed)
    return PropagateObjective(network, keys, frames if labelled else None, settings)


def alike(one, other) -> bool:
    return (
        all(torch.equal(a, b) for a, b in zip(one.tensors, other.tensors, strict=True)) and one.numbers == other.numbers
    )


def test_a_draw_follows_from_seed_round_and_step_alone(made):
    for found in (False, True):
        one, other = objective(made, found), objective(made, found, seed=9)
        other.sample_batch(11)
        other.validate(other.network)
        assert alike(one.sample_batch(3), other.sample_batch(3))
        assert not alike(one.sample_batch(3), one.sample_batch(4))
        assert not alike(
            one.sample_batch(3), objective(made, found, PropagateSettings(batch=2, crop=32, seed=1)).sample_batch(3)
        )
        assert not alike(
            one.sample_batch(3), objective(made, found, PropagateSettings(batch=2, crop=32, round=1)).sample_batch(3)
        )


def test_every_draw_has_the_same_shapes(made):
    for found in (False, True):
        for step in range(8):
            x, mattes, weight = objective(made, found).sample_batch(step).tensors
            assert x.shape == (2, INPUT_CHANNELS + 1, 32, 32)
            assert mattes.shape == weight.shape == (2, 1, 32, 32)


def test_torchs_own_generator_is_left_alone(made):
    before = torch.get_rng_state()
    objective(made, True).sample_batch(0)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_first_round_draws_keys_alone_and_later_ones_frames_too(made):
    numbers = [number for step in range(20) for number in objective(made).sample_batch(step).numbers]
    assert set(numbers) == {1001}
    later = [number for step in range(40) for number in objective(made, True).sample_batch(step).numbers]
    assert set(later) == set(range(1001, 1007))
    assert 0.4 < later.count(1001) / len(later) < 0.75


def test_what_was_found_counts_as_far_as_it_is_trusted(made):
    for step in range(20):
        batch = objective(made, True).sample_batch(step)
        for number, weight in zip(batch.numbers, batch.tensors[2], strict=True):
            if number != 1001:
                assert weight.max() < 0.51


def test_the_loss_minds_an_object_missed_more_than_background_taken_along():
    found = torch.tensor([[[[2.0, -1.0, 0.5]]]])
    mattes = torch.tensor([[[[1.0, 0.0, 0.25]]]])
    weight = torch.tensor([[[[1.0, 1.0, 0.5]]]])

    def yes(x: float) -> float:
        return -math.log(1 / (1 + math.exp(-x)))

    terms = [
        yes(2.0),
        BACKGROUND_WEIGHT * yes(1.0),
        0.5 * (0.25 * yes(0.5) + BACKGROUND_WEIGHT * 0.75 * yes(-0.5)),
    ]
    assert BACKGROUND_WEIGHT == 0.8, "the paper's alpha"
    assert weighted_bce(found, mattes, weight).item() == pytest.approx(sum(terms) / 2.5)
    one, none = torch.ones(1, 1, 1, 1), torch.zeros(1, 1, 1, 1)
    assert weighted_bce(-3 * one, one, one) > weighted_bce(3 * one, none, one)


def test_without_that_weight_it_would_be_the_cross_entropy(monkeypatch):
    monkeypatch.setattr("vfxlib.mask_propagate.objective.BACKGROUND_WEIGHT", 1.0)
    generator = torch.Generator().manual_seed(0)
    found, mattes = torch.randn((2, 2, 5, 6), generator=generator), torch.rand((2, 2, 5, 6), generator=generator)
    wanted = F.binary_cross_entropy_with_logits(found, mattes)
    assert torch.allclose(weighted_bce(found, mattes, torch.ones_like(mattes)), wanted)


def test_what_does_not_count_changes_nothing():
    generator = torch.Generator().manual_seed(0)
    found, mattes = torch.randn((1, 1, 4, 6), generator=generator), torch.rand((1, 1, 4, 6), generator=generator)
    weight = torch.ones_like(mattes)
    weight[..., 3:] = 0
    other = found.clone()
    other[..., 3:] = 50
    assert torch.equal(weighted_bce(found, mattes, weight), weighted_bce(other, mattes, weight))
    assert weighted_bce(found, mattes, weight * 0) == 0, "and nothing at all is no loss"


def test_however_wrong_the_network_is_the_loss_is_a_number():
    far = torch.tensor([[[[300.0, -300.0]]]], requires_grad=True)
    loss = weighted_bce(far, torch.tensor([[[[0.0, 1.0]]]]), torch.ones(1, 1, 1, 2))
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(far.grad).all()


def test_a_step_teaches_every_weight(made):
    one = objective(made)
    loss = one.loss(one.sample_batch(0).tensors, one.phase(0))
    loss.backward()
    assert loss.dtype == torch.float32
    assert all(torch.isfinite(each.grad).all() for each in one.network.parameters())
    assert all((each.grad != 0).any() for each in one.network.parameters())
    assert one.phase(0) == one.phase(10**6)


def test_a_network_is_judged_by_samples_that_no_step_draws(made):
    one = objective(made)
    drawn = []
    one.sample_batch, draw = lambda step: (drawn.append(step), draw(step))[1], one.sample_batch  # type: ignore[method-assign]
    figure = one.validate(one.network)
    assert min(drawn) >= 10**9
    assert len(drawn) == VALIDATION_SAMPLES // 2
    assert figure == one.validate(one.network)
    assert 0 < figure < 30


def test_a_network_that_knows_is_judged_better_than_one_that_does_not(made):
    one = objective(made)

    class Knows(torch.nn.Module):
        def forward(self, x):
            return 20 * (x[:, :1] - x[:, 1:3].mean(1, keepdim=True) - 1.5)

    assert one.validate(Knows()) > one.validate(one.network) + 3
