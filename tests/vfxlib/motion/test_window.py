"""The frames around one, laid out for the search."""

from __future__ import annotations

import torch

from tests.vfxlib.motion.sliding import MIDDLE, SPEED, judge, points, views

EVERY = slice(0, len(points()))
SPEEDS = torch.full((1, len(points())), SPEED)


def test_a_window_that_is_laid_out_again_judges_the_same() -> None:
    one, other = judge(), judge()
    costs = [each.cost(EVERY, each.gather(EVERY, SPEEDS, SPEEDS * 0)) for each in (one, other)]
    assert torch.equal(*costs)


def test_some_of_the_points_are_judged_as_among_all() -> None:
    shown = views(hidden=(MIDDLE + 1,))
    whole, some, part = judge(shown), judge(shown, points()[10:30]), slice(0, 20)
    costs = whole.cost(EVERY, whole.gather(EVERY, SPEEDS, SPEEDS * 0))
    own = some.cost(part, some.gather(part, SPEEDS[:, :20], SPEEDS[:, :20] * 0))
    assert torch.allclose(costs[10:30], own, atol=1e-5)


def test_velocities_that_lead_out_of_the_picture_find_nothing_there() -> None:
    far = torch.full((1, len(points())), 400.0)
    assert (judge().gather(EVERY, far, far).frame == -1).all()
