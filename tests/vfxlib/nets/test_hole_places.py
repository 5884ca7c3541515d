"""Layers are evaluated in the hole alone, and find there what they would find everywhere."""

import pytest
import torch

from vfxlib.nets.hole_places import find_places, gather_rows

CONFIDENCE = torch.ones(2, 7, 9)
CONFIDENCE[0, 2:4, 3] = 0
CONFIDENCE[1, 0, 0] = 0.5


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_places_are_the_hole_and_what_two_layers_see_around_it(kernel):
    places, reach = find_places(CONFIDENCE, kernel), 2 * (kernel // 2)
    assert places.hole.tolist() == (CONFIDENCE < 1).flatten().nonzero()[:, 0].tolist()
    rim = torch.zeros(CONFIDENCE.numel())
    rim[places.rim] = 1
    rim = rim.view_as(CONFIDENCE)
    assert rim[0].sum() == (2 + 2 * reach) * (1 + 2 * reach) if reach < 4 else rim[0].any()
    assert rim[1, : 1 + reach, : 1 + reach].all()
    assert rim[1].sum() == (1 + reach) ** 2


@pytest.mark.parametrize("kernel", [1, 3, 5])
def test_two_layers_behind_each_other_read_the_pixels_of_their_windows(kernel):
    places, values = (
        find_places(CONFIDENCE, kernel),
        torch.rand(CONFIDENCE.shape, generator=torch.Generator().manual_seed(1)),
    )
    sums = torch.nn.functional.conv2d(values[:, None], torch.ones(1, 1, kernel, kernel), padding=kernel // 2)
    twice = torch.nn.functional.conv2d(sums, torch.ones(1, 1, kernel, kernel), padding=kernel // 2)
    rows = values.flatten()[places.rim][:, None]
    first = gather_rows(rows, places.first.rows).sum(1)
    second = gather_rows(first, places.second.rows).sum(1)[:, 0]
    assert torch.allclose(second, twice.flatten()[places.hole], atol=1e-4)
    own = rows[places.first.own][places.second.own][:, 0]
    assert torch.equal(own, values.flatten()[places.hole])


def test_beyond_the_picture_nothing_is_read():
    places = find_places(CONFIDENCE, 3)
    corner = places.second.inside[-1]
    assert corner.tolist() == [False, False, False, False, True, True, False, True, True]
    assert (gather_rows(torch.ones(len(places.first.own), 1), places.second.rows)[-1, :, 0] == corner).all()


def test_a_frame_without_a_hole_has_no_places():
    places = find_places(torch.ones(1, 4, 4), 3)
    assert len(places.hole) == len(places.rim) == 0
