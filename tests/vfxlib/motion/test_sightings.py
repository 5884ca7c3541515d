"""What other frames show of a hidden place, and what it costs a velocity."""

from __future__ import annotations

import torch

from tests.vfxlib.motion.sliding import FRAMES, MIDDLE, SPEED, judge, points, views
from vfxlib.motion.sightings import SightingCost, Sightings

EVERY = slice(0, len(points()))
NUMBERS = torch.arange(len(points()))


def all_at(*velocities: tuple[float, float]) -> tuple[torch.Tensor, torch.Tensor]:
    each = torch.tensor(velocities)[:, :, None].expand(-1, -1, len(points()))
    return each[:, 0], each[:, 1]


def gathered(cost: SightingCost, x: float, y: float = 0.0) -> Sightings:
    return cost.gather(EVERY, *all_at((x, y)))


def test_the_true_velocity_costs_next_to_nothing_and_every_other_more() -> None:
    cost = judge()
    true = cost.cost(EVERY, gathered(cost, SPEED)).median()
    assert true < 0.05
    for wrong in ((0.0, 0.0), (SPEED, 1.0), (-SPEED, 0.0)):
        assert cost.cost(EVERY, gathered(cost, *wrong)).median() > true + 0.2


def test_the_nearest_frames_on_both_sides_are_gathered_and_never_two_beside_each_other() -> None:
    sightings = gathered(judge(), SPEED)
    after, before = sightings.frame[:2], sightings.frame[2:]
    assert (after[0] == MIDDLE + 1).all()
    assert (before[0] == MIDDLE - 1).all()
    assert (after[1] >= MIDDLE + 3).all()
    assert (sightings.rejected == 0).all()


def test_a_frame_that_hides_the_place_is_passed_over() -> None:
    sightings = gathered(judge(views(hidden=(MIDDLE + 1,))), 0.0)
    assert not (sightings.frame == MIDDLE + 1).any()
    assert (sightings.frame[2] == MIDDLE - 1).all()


def test_what_moves_otherwise_there_is_rejected() -> None:
    assert (gathered(judge(), -SPEED).rejected > 0).all()


def test_where_nothing_is_seen_the_costs_are_those_of_not_knowing() -> None:
    cost = judge(views(hidden=tuple(range(FRAMES))))
    sightings = gathered(cost, 0.0)
    inner = (sightings.frame == -1).all(dim=0)
    assert inner.any()
    assert torch.allclose(cost.cost(EVERY, sightings)[inner], torch.tensor(0.6 + 0.5 * 0.5))


def test_velocities_asked_about_at_once_have_the_costs_that_each_has_alone() -> None:
    cost, velocities = judge(views(hidden=(MIDDLE + 1,))), ((SPEED, 0.0), (0.0, 0.5), (-SPEED, 1.0))
    together = cost.cost(EVERY, cost.gather(EVERY, *all_at(*velocities))).reshape(3, -1)
    for alone, velocity in zip(together, velocities, strict=True):
        assert torch.equal(alone, cost.cost(EVERY, gathered(cost, *velocity)))


def test_points_asked_about_in_parts_or_by_their_numbers_have_the_same_costs() -> None:
    cost = judge(views(hidden=(MIDDLE - 1,)))
    vx, vy = (part[0] for part in all_at((SPEED, 0.2)))
    whole = cost.cost(EVERY, cost.gather(EVERY, vx[None], vy[None]))
    part = slice(50, 90)
    assert torch.equal(whole[part], cost.cost(part, cost.gather(part, vx[None, part], vy[None, part])))
    some = NUMBERS.flip(0)[::3]
    assert torch.equal(whole[some], cost.cost(some, cost.gather(some, vx[some], vy[some])))


def test_a_place_that_looks_alike_but_moves_otherwise_costs_more() -> None:
    cost = judge()
    sightings = gathered(cost, SPEED)
    other = Sightings(
        sightings.colour, sightings.frame, sightings.x, sightings.y, sightings.gap + 1, sightings.rejected
    )
    assert (cost.cost(EVERY, other) > cost.cost(EVERY, sightings) + 0.1).all()


def test_velocities_nearby_cost_what_they_cost_when_gathered_anew() -> None:
    cost = judge()
    vx, vy = (part[0].contiguous() for part in all_at((SPEED, 0.0)))
    nearby = cost.nearby(NUMBERS, vx, vy, gathered(cost, SPEED))
    assert torch.allclose(nearby.cost(vx, vy), cost.cost(EVERY, gathered(cost, SPEED)), atol=1e-4)
    anew = cost.cost(EVERY, gathered(cost, SPEED + 0.3, 0.2))
    assert torch.allclose(nearby.cost(vx + 0.3, vy + 0.2).median(), anew.median(), atol=0.02)
