"""What needs no training finds what it can, and no more."""

import torch

from benchmarks.cycle.clips import DamageClips
from benchmarks.cycle.plain import left_in_place, median_masks


def test_a_key_is_left_on_every_frame_of_its_own_clip():
    masks = torch.rand(2, 3, 1, 4, 4)
    left = left_in_place(masks, [2, 0])
    assert torch.equal(left[0, 1], masks[0, 2])
    assert torch.equal(left[1, 2], masks[1, 0])


def test_the_median_finds_a_speck_that_only_one_frame_has():
    coarse = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    wall = 0.2 + 0.4 * torch.nn.functional.interpolate(coarse, size=(32, 32), mode="bilinear")
    frames = wall[:, None].expand(-1, 5, -1, -1, -1)
    masks = torch.zeros(1, 5, 1, 32, 32)
    for place in range(5):
        masks[0, place, 0, 4 + 5 * place : 7 + 5 * place, 10:13] = 1.0
    seen = torch.where(masks > 0, 0.9, frames)
    found = median_masks(DamageClips(seen, frames, masks, seen), [2])
    assert float((found[0, 1:4] * masks[0, 1:4]).sum() / masks[0, 1:4].sum()) > 0.9
    assert float(found[0, 1:4].sum()) < 2 * float(masks[0, 1:4].sum())
