"""The temporal attention is a masked softmax, shared by all scales, whatever the order and number of references."""

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.nets.sta_temporal import Aggregate, cosine_similarity, visible_at

RNG = torch.Generator().manual_seed(4)


def rand(*shape):
    return torch.rand(shape, generator=RNG)


def references(count=5, size=16):
    quarter, half = size // 4, size // 2
    scales = [(rand(1, 6, quarter, quarter), rand(1, 4, half, half), rand(1, 3, size, size)) for _ in range(count)]
    similar = [2 * rand(1, 1, quarter, quarter) - 1 for _ in range(count)]
    visible = [(F.interpolate(rand(1, 1, quarter, quarter), scale_factor=4) > 0.5).float() for _ in range(count)]
    return similar, scales, visible


def aggregated(given, order):
    whole = Aggregate(0.2)
    for i in order:
        whole.add(*(part[i] for part in given))
    return whole


def test_it_equals_a_softmax_written_out():
    similar, scales, visible = given = references()
    whole = aggregated(given, range(5))
    logits = torch.stack(similar) / 0.2
    seen = torch.stack([visible_at(each, 2) for each in visible])
    share = torch.softmax(torch.where(seen > 0, logits, -torch.inf), 0).nan_to_num(0.0)
    plain = (share * torch.stack([each[0] for each in scales])).sum(0)
    assert torch.allclose(whole.carried()[0], plain, atol=1e-5)
    assert torch.equal(whole.shown(), torch.stack(visible).amax(0))


def test_where_one_reference_shows_the_place_its_own_values_are_carried_at_every_scale():
    similar, scales, visible = references(2)
    visible = [torch.ones_like(visible[0]), torch.zeros_like(visible[0])]
    carried = aggregated((similar, scales, visible), range(2)).carried()
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(carried, scales[0], strict=True))


def test_where_none_shows_the_place_nothing_is_carried():
    similar, scales, visible = references(3)
    for each in visible:
        each[..., 4:8, 4:8] = 0
    whole = aggregated((similar, scales, visible), range(3))
    assert (whole.shown()[..., 4:8, 4:8] == 0).all()
    assert (whole.carried()[2][..., 4:8, 4:8] == 0).all()
    assert (whole.carried()[0][..., 1, 1] == 0).all()


def test_the_order_of_references_changes_nothing_but_roundings():
    given = references()
    one, other = aggregated(given, range(5)), aggregated(given, reversed(range(5)))
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(one.carried(), other.carried(), strict=True))


def test_in_its_hole_a_target_is_as_alike_as_around_it():
    features = rand(1, 4, 8, 8)
    visible = torch.ones(1, 1, 8, 8)
    visible[..., 2:5, 2:5] = 0
    hidden = features * visible
    assert torch.allclose(cosine_similarity(hidden, features, visible, torch.ones_like(visible)), visible * 0 + 1)
    apart = cosine_similarity(hidden, -features, visible, torch.ones_like(visible))
    assert torch.allclose(apart, visible * 0 - 1)


def test_a_place_is_visible_at_a_lower_scale_if_all_of_it_is():
    visible = torch.ones(1, 1, 8, 8)
    visible[..., 3, 3] = 0
    assert visible_at(visible, 2).tolist() == [[[[0, 1], [1, 1]]]]
