"""Measured motion is the true one, softer at its edges and off by a little."""

import torch

from vfxlib.pretraining.measured_flow import MOST_ERROR, as_measured


def flows():
    made = torch.zeros(6, 2, 4, 32, 32)
    made[..., 16:] = 5.0
    return made


def measured(seed=1):
    return as_measured(flows(), torch.Generator().manual_seed(seed))


def test_away_from_edges_it_is_off_by_a_little_and_not_by_nothing():
    error = (measured() - flows())[..., :8]
    assert 0.005 < float(error.abs().mean()) < MOST_ERROR
    assert float(error.abs().max()) < 5 * MOST_ERROR


def test_errors_of_neighbours_go_together():
    error = (measured() - flows())[..., :8]
    assert float(error.diff(dim=-2).abs().mean()) < 0.3 * float(error.abs().mean())


def test_an_edge_becomes_soft_in_some_clips_and_stays_where_it_is():
    edge = measured()[:, 0, 0].mean(1)
    assert float(edge[:, 15:17].std(1).min()) < 0.9 * 5 / 2
    assert ((edge[:, 12] < 1.5) & (edge[:, 19] > 3.5)).all()


def test_the_same_seed_gives_the_same():
    assert torch.equal(measured(3), measured(3))
    assert not torch.equal(measured(3), measured(4))
