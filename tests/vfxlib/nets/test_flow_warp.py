"""What lies where a flow points is read between pixels, and the way that repeats on a GPU reads the same."""

import torch

from vfxlib.nets.flow_warp import read_at, warp_by_flow

RNG = torch.Generator().manual_seed(3)
PICTURE = torch.randn(2, 3, 6, 8, generator=RNG)


def constant(x, y):
    return torch.stack((torch.full((2, 6, 8), x), torch.full((2, 6, 8), y)), 1)


def test_a_flow_of_whole_pixels_moves_the_picture_and_shows_nothing_beyond_it():
    read = warp_by_flow(PICTURE, constant(2.0, -1.0))
    assert torch.allclose(read[:, :, 1:, :-2], PICTURE[:, :, :-1, 2:], atol=1e-5)
    assert (read[:, :, 0].abs() < 1e-5).all()
    assert (read[:, :, :, -2:].abs() < 1e-5).all()


def test_between_pixels_the_nearer_counts_more():
    read = warp_by_flow(PICTURE, constant(0.25, 0.0))
    assert torch.allclose(read[..., :-1], 0.75 * PICTURE[..., :-1] + 0.25 * PICTURE[..., 1:], atol=1e-5)


def test_reading_by_index_gives_what_torch_gives_and_the_same_gradients():
    flow = 4 * torch.randn(2, 2, 6, 8, generator=RNG)
    results = []
    for by_index in (False, True):
        picture, way = PICTURE.clone().requires_grad_(), flow.clone().requires_grad_()
        rows, columns = torch.arange(6.0)[:, None], torch.arange(8.0)
        read = warp_by_flow(picture, way)
        if by_index:
            frame = torch.arange(2)[:, None, None].expand(2, 6, 8)
            maps = picture.permute(0, 2, 3, 1)
            read = read_at(maps, frame, way[:, 0] + columns, way[:, 1] + rows).permute(0, 3, 1, 2)
        (read * torch.linspace(-1, 1, read.numel()).view_as(read)).sum().backward()
        results.append((read.detach(), picture.grad, way.grad))
    for a, b in zip(*results, strict=True):
        assert torch.allclose(a, b, atol=1e-4)
