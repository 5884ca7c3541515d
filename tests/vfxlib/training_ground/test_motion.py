import torch

from vfxlib.training_ground.motion import motion_between, visibility

SIZE = (6, 8)


def shifted(x, y=0.0):
    """The view of a frame whose pixels lie so many pixels to the right and down on the layer: [3 3]."""
    matrix = torch.eye(3)
    matrix[0, 2], matrix[1, 2] = x / 8, y / 8
    return matrix


def test_each_layer_has_its_own_motion():
    view = torch.stack([shifted(0), shifted(0)])[None, :, None]
    other = torch.stack([shifted(2), shifted(-1, 3)])[None, :, None]
    label = torch.zeros(1, 1, *SIZE, dtype=torch.int64)
    label[..., 4:] = 1
    right, down = motion_between(view, other, label, SIZE)
    # a frame that lies further right on the layer shows its points further left
    assert torch.allclose(right[..., :4], torch.full((1, 1, 6, 4), -2.0), atol=1e-4)
    assert torch.allclose(right[..., 4:], torch.full((1, 1, 6, 4), 1.0), atol=1e-4)
    assert torch.allclose(down[..., 4:], torch.full((1, 1, 6, 4), -3.0), atol=1e-4)


def test_a_point_is_shown_where_it_lies_in_the_frame_and_nothing_covers_it():
    view = torch.stack([shifted(0), shifted(2)])[None, None]
    label = torch.zeros(1, 2, *SIZE, dtype=torch.int64)
    hole = torch.zeros(1, 2, *SIZE, dtype=torch.bool)
    hole[0, 0, 2, 5] = True
    hole[0, 1, 2, 1] = True
    seen = visibility(view, label, hole)
    assert not seen[0, 0, 1, :, :2].any(), "left of the second frame"
    assert seen[0, 0, 1, 2, 5], "hidden in the first, shown by the second"
    assert not seen[0, 0, 0, 2, 5]
    assert not seen[0, 0, 1, 2, 3], "the second's matte is there"
    assert not seen[0, 0, 1, 1, 2], "one of the four pixels that are read is the matte's"
    assert seen[0, 1, 0, 2, 1]


def test_a_layer_in_front_of_a_point_hides_it():
    still = torch.stack([shifted(0), shifted(0)])[None, None].expand(1, 2, 2, 3, 3)
    label = torch.zeros(1, 2, *SIZE, dtype=torch.int64)
    label[0, 1, 1:4, 2:5] = 1
    seen = visibility(still, label, torch.zeros(1, 2, *SIZE, dtype=torch.bool))
    assert not seen[0, 0, 1, 1:4, 2:5].any()
    assert seen[0, 0, 1, 5, 7]
    assert not seen[0, 1, 0, 1:4, 2:5].any(), "nor does what was not there show what has come"
