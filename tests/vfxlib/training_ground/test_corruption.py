"""Damage is exactly what its mask says: elsewhere the frame keeps its bits, there it is blended."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tests.vfxlib.training_ground.scenes import pictures
from vfxlib.training_ground.corruption import Corrupted, draw_corruption
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
    corruption = draw_corruption((kind,), SIZE, seed, batch=len(given))
    return of_frame(corruption.corrupt(given[:, None], (index,), pictures()))


def of_frame(made, place=0):
    """One of the frames that were damaged together."""
    return Corrupted(made.frames[:, place], made.mask[:, place], made.content[:, place])


def same_bits(one, other):
    return torch.equal(one.contiguous().view(torch.int32), other.contiguous().view(torch.int32))


@pytest.mark.parametrize("kind", KINDS)
def test_outside_the_mask_the_bits_are_the_frame_s_and_inside_it_is_blended(kind):
    given = frame()
    clip = given[:, None].expand(-1, 4, -1, -1, -1)
    found = draw_corruption((kind,), SIZE, 5, batch=2).corrupt(clip, range(4), pictures())
    assert found.mask.any()
    for each in (of_frame(found, place) for place in range(4)):
        outside = (each.mask == 0).expand_as(given)
        assert same_bits(each.frames[outside], given[outside])
        blended = given + each.mask * (each.content - given)
        light = ~outside & torch.isfinite(given)
        assert torch.allclose(each.frames[light], blended[light], rtol=1e-5, atol=1e-5)
        full = (each.mask == 1).expand_as(given) & torch.isfinite(given)
        assert torch.equal(each.frames[full], each.content[full])
        assert torch.isfinite(each.content).all()


def test_a_frame_follows_from_kind_seed_and_place_alone():
    whole = [made("scratch", index) for index in range(3)]
    assert same_bits(made("scratch", 1).frames, whole[1].frames)
    assert not torch.equal(whole[0].mask, whole[1].mask)
    assert not torch.equal(made("scratch", 1, seed=3).mask, whole[1].mask)


def test_frames_and_clips_damaged_together_are_those_damaged_one_by_one():
    given, corruption = frame(8)[:, None].repeat(1, 3, 1, 1, 1), draw_corruption(KINDS, SIZE, 4, batch=8)
    assert len(corruption.kind.unique()) > 3
    together = corruption.corrupt(given, (5, 6, 7), pictures())
    for place, index in enumerate((5, 6, 7)):
        alone = corruption.corrupt(given[:, place, None], (index,), pictures())
        assert torch.equal(alone.mask[:, 0], together.mask[:, place])
        assert same_bits(alone.frames[:, 0], together.frames[:, place])


class Operations(TorchDispatchMode):
    """Counts torch's operations: whoever feeds a device has to start each."""

    count = 0

    def __torch_dispatch__(self, operation, types, given=(), named=None):
        self.count += 1
        return operation(*given, **(named or {}))


def test_more_frames_and_more_clips_take_hardly_more_operations():
    def operations(clips, frames):
        light = torch.ones(clips, frames, 3, 16, 16)
        corruption = draw_corruption(KINDS, (16, 16), 4, batch=clips)
        with Operations() as counted:
            corruption.corrupt(light, range(frames), pictures())
        return counted.count

    few = operations(8, 2)
    assert operations(8, 8) <= few + 6 * 3  # each frame's own random numbers
    assert operations(32, 2) < 1.3 * few  # kinds that eight clips did not have


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
