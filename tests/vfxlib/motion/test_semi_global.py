"""Labels that neighbours agree on."""

from __future__ import annotations

import numpy as np

from vfxlib.motion.semi_global import semi_global

LABELS = np.array([[0, 0], [2, 0]], np.float32)


def costs(height: int = 9, width: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """The guess is bad everywhere, the first label a little better than the second."""
    volume = np.zeros((3, height, width), np.float32)
    volume[0], volume[2] = 5, 0.2
    return volume, np.zeros((height, width, 2), np.float32)


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
