import torch

from vfxlib.internal_fit.channels import CHANNELS, COLOUR, HOLE, KNOWN, visible_map


def test_the_channels_are_all_of_a_frame_and_no_two_the_same():
    taken = [channel for part in (COLOUR, KNOWN, HOLE) for channel in range(part.start, part.stop)]
    assert taken == list(range(CHANNELS))


def test_visible_is_what_is_known_and_no_hole():
    frame = torch.zeros(2, CHANNELS, 2, 2)
    frame[0, KNOWN] = torch.tensor([[1.0, 1.0], [0.0, 0.0]])
    frame[0, HOLE] = torch.tensor([[0.0, 1.0], [0.0, 1.0]])
    assert visible_map(frame).shape == (2, 1, 2, 2)
    assert visible_map(frame)[0, 0].tolist() == [[1, 0], [0, 0]]
    assert visible_map(frame)[1].max() == 0, "outside of a frame nothing is visible"
