"""Inside a hole motion begins smooth, and is the same for a batch as for one."""

import pytest
import torch

from vfxlib.device import to_numpy, to_tensor
from vfxlib.nets.flow_start import smooth_start
from vfxlib.spatial_fill.pull_push import pull_push

RNG = torch.Generator().manual_seed(5)


@pytest.mark.parametrize("size", [(16, 16), (13, 21), (1, 7), (2, 3)])
def test_it_is_the_pull_push_of_a_picture(size):
    flow, known = torch.randn(1, 4, *size, generator=RNG), torch.ones(1, 1, *size)
    known[..., size[0] // 4 : -1, size[1] // 4 : -1] = 0
    picture = pull_push(to_numpy(flow[0].permute(1, 2, 0)), to_numpy(known[0, 0]))
    expected = to_tensor(picture, flow.device).permute(2, 0, 1)
    assert torch.allclose(smooth_start(flow, known)[0], expected, atol=1e-5)


def test_what_is_known_keeps_its_bits_and_what_is_hidden_is_not_looked_at():
    flow, known = torch.randn(2, 4, 12, 9, generator=RNG), (torch.rand(2, 1, 12, 9, generator=RNG) > 0.4).float()
    filled = smooth_start(torch.where(known > 0, flow, torch.nan), known)
    kept = (known > 0).expand_as(flow)
    assert torch.equal(filled[kept], flow[kept])
    assert filled.isfinite().all()
    assert torch.equal(filled[1:], smooth_start(flow[1:], known[1:]))


def test_where_nothing_at_all_is_known_nothing_moves():
    assert (smooth_start(torch.randn(1, 4, 8, 8, generator=RNG), torch.zeros(1, 1, 8, 8)) == 0).all()
