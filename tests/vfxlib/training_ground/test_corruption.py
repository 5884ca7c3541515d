"""Damage is exactly what its mask says: elsewhere the frame keeps its bits, there it is blended."""

import pytest
import torch

from tests.vfxlib.training_ground.scenes import pictures
from vfxlib.training_ground.corruption import draw_corruption
from vfxlib.training_ground.corruption_kinds import KINDS

SIZE = (60, 80)


def frame(batch=2):
    """Light with what plates have: below black, very bright, no number."""
    light = torch.rand(batch, 3, *SIZE, generator=torch.Generator().manual_seed(1))
    light[:, :, 10:14, 20:30], light[:, 0, 40, 40], light[:, 1, 5, 5] = 60.0, float("nan"), float("inf")
    light[:, :, 20:22] = -0.01
    return light


def made(kind, index=4, seed=2, given=None):
    given = frame() if given is None else given
    return draw_corruption((kind,), SIZE, seed, batch=len(given)).corrupt(given, index, pictures())


def same_bits(one, other):
    return torch.equal(one.contiguous().view(torch.int32), other.contiguous().view(torch.int32))


@pytest.mark.parametrize("kind", KINDS)
def test_outside_the_mask_the_bits_are_the_frame_s_and_inside_it_is_blended(kind):
    given = frame()
    found = [draw_corruption((kind,), SIZE, 5, batch=2).corrupt(given, index, pictures()) for index in range(4)]
    assert any(bool(each.mask.any()) for each in found)
    for each in found:
        outside = (each.mask == 0).expand_as(given)
        assert same_bits(each.frame[outside], given[outside])
        blended = given + each.mask * (each.content - given)
        light = ~outside & torch.isfinite(given)
        assert torch.allclose(each.frame[light], blended[light], rtol=1e-5, atol=1e-5)
        full = (each.mask == 1).expand_as(given) & torch.isfinite(given)
        assert torch.equal(each.frame[full], each.content[full])
        assert torch.isfinite(each.content).all()


def test_a_frame_follows_from_kind_seed_and_place_alone():
    whole = [made("scratch", index) for index in range(3)]
    assert same_bits(made("scratch", 1).frame, whole[1].frame)
    assert not torch.equal(whole[0].mask, whole[1].mask)
    assert not torch.equal(made("scratch", 1, seed=3).mask, whole[1].mask)


def test_a_drop_shows_what_is_around_it_upside_down_and_blurred():
    down = torch.linspace(0.1, 2.0, SIZE[0])[None, None, :, None].expand(1, 3, -1, SIZE[1])
    for seed in range(20):
        each = made("rain", seed=seed, given=down)
        inside = each.mask[0, 0] == 1
        column = int(inside.sum(0).argmax())
        rows = inside[:, column].nonzero()[:, 0]
        if len(rows) >= 6 and int(rows[0]) > 15 and int(rows[-1]) < 45 and int(rows[-1]) - int(rows[0]) < len(rows):
            assert (each.content[0, 0, rows, column].diff() < 0).float().mean() > 0.8
            return
    pytest.fail("no drop was whole inside")


def test_soft_edges_are_of_what_has_no_clear_edge():
    def part_covered(kind):
        masks = [made(kind, index).mask for index in range(3)]
        return sum(float(((m > 0) & (m < 0.3)).sum()) for m in masks) / sum(float((m > 0).sum()) for m in masks)

    assert part_covered("strokes") > 2 * part_covered("line")
