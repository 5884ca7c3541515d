import torch

from tests.vfxlib.training_ground.scenes import CPU
from vfxlib.training_ground.draws import Draws, generator_of


def test_a_step_s_numbers_are_its_own():
    first, same, step, seed = (Draws(*given, 8, CPU).uniform(0, 1, 5) for given in ((1, 2), (1, 2), (1, 3), (2, 2)))
    assert torch.equal(first, same)
    assert not torch.equal(first, step)
    assert not torch.equal(first, seed)
    assert not torch.equal(first, first.roll(1, 0)), "each sample has its own"


def test_neighbouring_seeds_and_steps_have_no_number_in_common():
    starts = {generator_of(seed, step, CPU).initial_seed() for seed in range(30) for step in range(30)}
    assert len(starts) == 900


def test_numbers_lie_where_they_are_asked_for():
    draws = Draws(0, 0, 3000, CPU)
    even, octaves, normal = draws.uniform(-2, 3, 2), draws.log_uniform(0.01, 1.0), draws.normal(0.5)
    assert -2 <= even.min() < -1.9
    assert 2.9 < even.max() <= 3
    assert 0.08 < octaves.median() < 0.12
    assert 0.45 < normal.std() < 0.55
    assert 0.25 < draws.chance(0.3).float().mean() < 0.35
    assert sorted(set(draws.index(4).tolist())) == [0, 1, 2, 3]
    assert sorted(set(draws.count((1, 3)).tolist())) == [1, 2, 3]
    assert {Draws(0, step, 1, CPU).happens(0.5) for step in range(20)} == {True, False}
