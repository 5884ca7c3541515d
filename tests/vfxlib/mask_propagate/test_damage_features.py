"""What tells damage from picture."""

import torch

from tests.vfxlib.mask_propagate.damaged import keyed
from vfxlib.mask_propagate.damage_examples import keyed_look
from vfxlib.mask_propagate.damage_features import (
    COUNT,
    REACH,
    SPECK_COUNT,
    FrameBeside,
    beside_line,
    box_mean,
    damage_features,
    picture_below,
)


def test_a_speck_stands_out_and_the_rest_does_not():
    frame = keyed([(20, 30)])
    features = damage_features(frame.beside, keyed_look([frame]))
    assert features.shape == (COUNT + SPECK_COUNT, *frame.key.shape)
    inside = frame.key > 0
    assert features[:3][:, inside].min() > 0.3 > features[:3][:, ~inside].abs().max()


def test_a_part_with_what_is_around_it_has_the_features_of_the_whole():
    frame = keyed([(20, 30)])
    look = keyed_look([frame])
    tall = FrameBeside(*(x.repeat(*[1] * (x.ndim - 2), 3, 2) for x in (frame.beside.frame, frame.beside.others)))
    whole = damage_features(tall, look)
    part = FrameBeside(tall.frame[:, : 80 + REACH], tall.others[:, :, : 80 + REACH])
    assert torch.allclose(damage_features(part, look)[:, :80], whole[:, :80], atol=1e-5)


def test_what_is_below_is_told_by_the_frames_that_lie_best_and_not_by_those_that_are_damaged_there():
    clean = keyed([], seed=4).beside
    others = clean.others.clone()
    others[0] = others[0].roll(3, 2)  # lies badly
    others[1][:, 20:24, 30:34] = 1.2  # has a speck
    for each in (others, others[:3]):
        gap = (picture_below(FrameBeside(clean.frame, each)) - clean.frame).abs()[:, 8:-8, 8:-8]
        assert gap.mean() < 0.006
        assert gap.max() < 0.12
    alone = clean.frame.expand(2, -1, -1, -1)
    assert torch.allclose(picture_below(FrameBeside(clean.frame, alone)), clean.frame)


def test_box_means_are_of_what_lies_inside():
    ramp = torch.arange(12.0).reshape(1, 3, 4)
    assert torch.allclose(box_mean(ramp, 3, 3)[0, 0, 0], ramp[0, :2, :2].mean())
    assert torch.allclose(box_mean(ramp, 3, 3)[0, 1, 1], ramp[0, :3, :3].mean())


def test_lines_are_seen_from_the_pixels_beside_them():
    line = torch.zeros(1, 5, 5)
    line[:, :, 2] = 1
    left, right, above, below = beside_line(line, line)
    assert left[0, 0].tolist() == [0, 0, 0, 1, 0]
    assert right[0, 0].tolist() == [0, 1, 0, 0, 0]
    assert torch.equal(above, line)
    assert torch.equal(below, line)
