"""The affine network begins with no motion, learns a shift, and writes maps as motion in pixels."""

import torch

from vfxlib.nets.flow_warp import warp_by_flow
from vfxlib.nets.gated import init_weights
from vfxlib.nets.sta_alignment import SIDE, AffineNetwork, affine_flow


def made(seed=0):
    network = AffineNetwork(4)
    init_weights(network, seed)
    network.last.weight.data *= 0.1
    return network


def texture(seed, size):
    rng = torch.Generator().manual_seed(seed)
    small = torch.rand(1, 3, 12, 12, generator=rng)
    return torch.nn.functional.interpolate(small, (size, size), mode="bicubic")


def test_a_map_is_written_in_pixels_about_the_middle_of_the_frame():
    maps = torch.eye(2, 3)[None].clone()
    assert (affine_flow(maps, (10, 20)).abs() < 1e-5).all()
    maps[0, 0, 2], maps[0, 1, 2] = 0.2, -0.4  # shares of half the width and height
    flow = affine_flow(maps, (10, 20))
    assert torch.allclose(flow[0, 0], torch.full((10, 20), 2.0), atol=1e-5)
    assert torch.allclose(flow[0, 1], torch.full((10, 20), -2.0), atol=1e-5)
    maps = torch.eye(2, 3)[None] * 1.1
    flow = affine_flow(maps, (11, 21))
    assert flow[0, :, 5, 10].abs().max() < 1e-5
    assert float(flow[0, 0, 5, 20]) > 0.9


def test_it_begins_near_no_motion_whatever_the_size():
    for size in (48, 64, 100):
        both = torch.cat((texture(1, size), torch.ones(1, 1, size, size)), 1)
        maps = made()(both, both.roll(3, -1))
        assert (maps - torch.eye(2, 3)).abs().max() < 0.1


def test_a_shift_is_learned_from_the_difference_alone():
    network = made()
    whole = texture(2, SIDE + 16)
    ours, theirs = whole[..., 8:-8, 8:-8], whole[..., 8:-8, 4:-12]  # what is here at x lies there at x + 4
    seen = [torch.cat((each, torch.ones_like(each[:, :1])), 1) for each in (ours, theirs)]
    optimiser = torch.optim.Adam(network.parameters(), 3e-3)
    for _ in range(16):
        flow = affine_flow(network(*seen), (SIDE, SIDE))
        loss = (warp_by_flow(theirs, flow) - ours)[..., 8:-8, 8:-8].abs().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        flow = affine_flow(network(*seen), (SIDE, SIDE))[..., 8:-8, 8:-8]
    assert abs(float(flow[:, 0].mean()) - 4) < 1.5
    assert abs(float(flow[:, 1].mean())) < 1.5
