"""Marks cover what they say, and a soft mask extends a hard one."""

import pytest
import torch

from vfxlib.training_ground import corruption_marks
from vfxlib.training_ground.corruption_marks import FLOOR, Marks, join_marks, render_marks, soften_mask

CPU = torch.device("cpu")


def one(begin, end, radius=1.0, strength=1.0):
    """A single mark of a single frame."""
    places = [torch.tensor(each, dtype=torch.float32).expand(1, 1, 1, 2) for each in (begin, end)]
    return Marks(*places, torch.full((1, 1, 1), radius), torch.full((1, 1, 1), strength))


def test_an_upright_line_covers_as_many_columns_as_it_is_wide():
    alpha = render_marks(one((5, -9), (5, 40), radius=1.5, strength=0.6), (12, 20), CPU).alpha[0, 0, 0]
    assert torch.equal(alpha, alpha[:1].expand_as(alpha))
    assert alpha[0].nonzero()[:, 0].tolist() == [4, 5, 6]
    assert torch.allclose(alpha[0, 4:7], torch.full((3,), 0.6))


def test_a_mark_beyond_the_frame_or_of_no_strength_is_not_there():
    assert not render_marks(one((-50, 3), (-40, 3)), (12, 20), CPU).alpha.any()
    assert not render_marks(one((5, 5), (9, 5), strength=0.0), (12, 20), CPU).alpha.any()


def test_where_two_marks_lie_the_stronger_is_seen_with_its_own_middle():
    weak, strong = one((3, 3), (9, 3), 2.0, 0.4), one((8, 3), (12, 3), 2.0, 0.9)
    both = Marks(*(torch.cat((a, b), 2) for a, b in zip(vars(weak).values(), vars(strong).values(), strict=True)))
    seen = render_marks(both, (8, 16), CPU)
    assert float(seen.alpha[0, 0, 0, 3, 9]) == pytest.approx(0.9)
    assert seen.middle[0, 0, :, 3, 9].tolist() == [10.0, 3.0]
    assert seen.middle[0, 0, :, 3, 2].tolist() == [6.0, 3.0]


def test_many_marks_are_laid_in_parts_to_the_same_bits(monkeypatch):
    generator = torch.Generator().manual_seed(0)
    begin, end = (40 * torch.rand(2, 3, 7, 2, generator=generator) for _ in range(2))
    marks = Marks(begin, end, torch.full((2, 3, 7), 2.0), (torch.arange(7) % 3 / 2).expand(2, 3, -1))
    whole = render_marks(marks, (30, 40), CPU)
    monkeypatch.setattr(corruption_marks, "PIXELS", 500)
    parts = render_marks(marks, (30, 40), CPU)
    assert torch.equal(whole.alpha, parts.alpha)
    assert torch.equal(whole.middle, parts.middle)


def test_every_sample_gets_the_marks_that_are_chosen_for_it():
    few, many = one((1, 1), (2, 2)), one((3, 3), (4, 4), 2.0)
    many = Marks(*(torch.cat((x, x), 2).expand(2, *[-1] * (x.ndim - 1)) for x in vars(many).values()))
    few = Marks(*(x.expand(2, *[-1] * (x.ndim - 1)) for x in vars(few).values()))
    joined = join_marks([few, many], torch.arange(2), frames=3)
    assert joined.radius.tolist() == [[[1.0, 0.0]] * 3, [[2.0, 2.0]] * 3]
    assert joined.strength.tolist() == [[[1.0, 0.0]] * 3, [[1.0, 1.0]] * 3]


def test_smoothing_extends_a_mask_by_two_pixels_a_round_and_takes_nothing_from_it():
    hard = torch.zeros(1, 1, 21, 21)
    hard[..., 8:13, 8:13] = 1.0
    for rounds in (1, 2, 3):
        soft = soften_mask(hard, rounds)
        assert (soft[hard > 0] == 1.0).all()
        there = soft[0, 0, 10].nonzero()[:, 0]
        assert 0 < 8 - int(there.min()) <= 2 * rounds
        assert (soft <= 1.0).all()
    assert torch.equal(soften_mask(hard, 0), hard)


def test_one_round_of_smoothing_is_a_binomial_kernel_with_its_foot_cut_off():
    hard = torch.zeros(1, 1, 9, 9)
    hard[..., 4:] = 1.0  # columns
    soft = soften_mask(hard, 1)[0, 0, 4]
    assert float(soft[3]) == pytest.approx((5 / 16 - FLOOR) / (1 - FLOOR))
    assert float(soft[2]) == pytest.approx((1 / 16 - FLOOR) / (1 - FLOOR))
    assert float(soft[1]) == 0.0
