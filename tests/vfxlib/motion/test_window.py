"""The frames around one as the search sees them."""

from __future__ import annotations

import numpy as np
import torch

from tests.vfxlib.motion.sliding import FRAMES, MIDDLE, SPEED, points, views, window


def test_points_lie_where_their_velocity_leads() -> None:
    at = window().positions(MIDDLE + 2, points(), np.full((len(points()), 2), (SPEED, 1), np.float32))
    assert np.allclose(at, points() + np.array([2 * SPEED, 2]), atol=1e-4)


def test_a_window_that_is_laid_out_again_judges_the_same() -> None:
    every, v = slice(0, len(points())), torch.full((1, len(points())), SPEED)
    one, other = (window().judge(points()) for _ in range(2))
    assert torch.equal(one.cost(every, one.gather(every, v, v * 0)), other.cost(every, other.gather(every, v, v * 0)))


def test_some_of_the_points_are_judged_as_among_all() -> None:
    laid, v = window(views(hidden=(MIDDLE + 1,))), torch.full((1, len(points())), SPEED)
    whole, some = laid.judge(points()), laid.judge(points()[10:30])
    every, part = slice(0, len(points())), slice(0, 20)
    costs = whole.cost(every, whole.gather(every, v, v * 0))
    assert torch.equal(costs[10:30], some.cost(part, some.gather(part, v[:, :20], v[:, :20] * 0)))


def test_velocities_that_lead_out_of_the_picture_find_nothing_there() -> None:
    judge, v = window().judge(points()), torch.full((1, len(points())), 400.0)
    assert (judge.gather(slice(0, len(points())), v, v).frame == -1).all()
    assert FRAMES > 2
