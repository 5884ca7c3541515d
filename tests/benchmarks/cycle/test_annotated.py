"""Every frame is reached from the nearest marked one, and a marked one keeps its mask."""

import torch

from benchmarks.cycle.annotated import nearest_annotated, propagate
from vfxlib.nets.cycle import CycleSettings, open_cycle


def test_a_frame_is_reached_from_the_nearest_marked_one_the_earlier_of_two():
    assert [nearest_annotated(place, (0, 4)) for place in range(6)] == [0, 0, 0, 4, 4, 4]


def test_marked_frames_keep_their_masks_and_the_others_are_found_one_after_the_other():
    network = open_cycle(CycleSettings(channels=4, blocks=0, alignments=1, references=2), 0)
    asked = []
    predict = network.predict
    network.predict = lambda frame, completed: (asked.append(float(frame.mean())), predict(frame, completed))[1]
    frames = (torch.arange(6.0) / 10)[None, :, None, None, None].expand(2, -1, 3, 8, 8).contiguous()
    masks = torch.ones(2, 6, 1, 8, 8)
    found, filled = propagate(network, frames, masks, (1, 4))
    assert [round(10 * each) for each in asked] == [0, 2, 3, 5]
    assert torch.equal(found[:, [1, 4]], masks[:, [1, 4]])
    assert float(found[:, [0, 2, 3, 5]].max()) < 0.1  # before it has learned, damage is nowhere likely
    assert filled.shape == frames.shape
