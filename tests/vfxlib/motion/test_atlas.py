"""Pictures of several frames in one tensor."""

from __future__ import annotations

import torch

from vfxlib.motion.atlas import Atlas, read_points


def ramp(height: int, width: int, left: int, top: int) -> torch.Tensor:
    """A picture of two channels that hold x and y of the whole picture."""
    x = torch.arange(left, left + width, dtype=torch.float32).expand(height, width)
    y = torch.arange(top, top + height, dtype=torch.float32)[:, None].expand(height, width)
    return torch.stack([x, y])


def atlas() -> Atlas:
    parts = ramp(6, 9, 10, 20), ramp(8, 5, 0, 3)
    return Atlas([(10, 20, 19, 26), (0, 3, 5, 11)], 2, torch.device("cpu"), lambda k: parts[k])


def test_each_picture_is_read_in_the_pixels_of_its_whole() -> None:
    x, y = torch.tensor([11.25, 17.0]), torch.tensor([24.5, 20.0])
    assert torch.allclose(atlas().sample(0, x, y, 2), torch.stack([x, y]), atol=1e-4)
    x, y = torch.tensor([0.5]), torch.tensor([9.75])
    assert torch.allclose(atlas().sample(1, x, y, 2), torch.stack([x, y]), atol=1e-4)


def test_around_a_picture_lies_nothing() -> None:
    assert not atlas().sample(0, torch.tensor([30.0, 12.0]), torch.tensor([22.0, 27.0]), 1).any()


def test_of_some_channels_the_nearest_pixel_counts() -> None:
    x, y = torch.tensor([11.25]), torch.tensor([24.6])
    assert torch.allclose(atlas().sample(0, x, y, 1), torch.tensor([[11.25], [25.0]]), atol=1e-4)


def test_points_in_many_pictures_are_read_at_once_and_edges_go_on() -> None:
    k, x, y = torch.tensor([1, 0, 1]), torch.tensor([2.5, 12.0, 99.0]), torch.tensor([5.0, 21.5, 4.0])
    read = atlas().sample_many(k, x, y, 2)
    assert torch.allclose(read, torch.tensor([[2.5, 12.0, 4.0], [5.0, 21.5, 4.0]]), atol=1e-4)
    assert torch.equal(atlas().sample_many(k, x, y, 1), read[:1])


def test_what_is_not_known_beside_a_point_makes_it_unknown() -> None:
    image = torch.zeros((1, 4, 4))
    image[0, 1, 1] = torch.nan
    read = read_points(image, torch.tensor([0.5, 2.5]), torch.tensor([1.0, 2.5]))
    assert read.isnan().tolist() == [[True, False]]


def test_a_picture_of_one_pixel_can_be_read() -> None:
    assert read_points(torch.ones((1, 1, 1)), torch.tensor([0.0]), torch.tensor([0.0])).isfinite().all()
