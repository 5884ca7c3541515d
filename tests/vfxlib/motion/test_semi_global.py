"""Labels that neighbours agree on."""

from __future__ import annotations

import torch

from vfxlib.motion.semi_global import semi_global

LABELS = torch.tensor([[0.0, 0.0], [2.0, 0.0]])


def costs(height: int = 9, width: int = 9) -> tuple[torch.Tensor, torch.Tensor]:
    """The guess is bad everywhere, the first label a little better than the second."""
    volume = torch.zeros((3, height, width))
    volume[0], volume[2] = 5, 0.2
    return volume, torch.zeros((height, width, 2))


def test_without_smoothness_every_cell_takes_its_own_best() -> None:
    volume, guess = costs()
    volume[1, 4, 4] = 0.3
    pick = semi_global(volume, LABELS, guess, 0.0)
    assert pick[4, 4] == 2
    assert (pick == 1).sum() == 80


def test_a_lone_cell_follows_its_neighbours() -> None:
    volume, guess = costs()
    volume[1, 4, 4] = 0.3
    assert (semi_global(volume, LABELS, guess, 0.5) == 1).all()


def test_an_edge_between_two_surfaces_stays_where_it_is() -> None:
    volume, guess = costs()
    volume[1, :, 5:] = 1.0
    pick = semi_global(volume, LABELS, guess, 0.3)
    assert (pick[:, :5] == 1).all()
    assert (pick[:, 5:] == 2).all()


def test_a_guess_that_is_good_is_kept() -> None:
    volume, guess = costs()
    volume[0] = -0.5
    assert (semi_global(volume, LABELS, guess, 0.4) == 0).all()


def test_with_the_guess_alone_there_is_nothing_to_choose() -> None:
    volume, guess = costs()
    assert (semi_global(volume[:1], LABELS[:0], guess, 0.4) == 0).all()
