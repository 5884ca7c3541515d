"""A clip of any length is completed frame by frame: the same bits, however it is cut."""

import pytest
import torch

from tests.vfxlib.nets.test_flow_refinement import SMALL, disturbed
from tests.vfxlib.pretraining.made_scene import made_flows
from vfxlib.nets.flow_refinement_clip import GivenFlows, complete_clip

FLOWS, KNOWN = (each[0] for each in made_flows(9, clips=1, frames=9, size=16, hole=6))


BASE = torch.tensor([1.5, 0.5, -1.5, -0.5])[:, None, None].expand(4, 16, 16)


def read(index):
    return GivenFlows(FLOWS[index], KNOWN[index, 0], BASE) if 0 <= index < 9 else None


@pytest.mark.parametrize("architecture", [1, 2])
def test_any_chunk_gives_the_same_bits(architecture):
    network = disturbed(type(SMALL)(channels=8, blocks=1, steps=3, architecture=architecture))
    whole = complete_clip(network, read, range(9))
    for chunk in (range(1), range(3, 5), range(4, 9), range(7, 8)):
        part = complete_clip(network, read, chunk)
        assert sorted(part) == list(chunk)
        for index in chunk:
            assert torch.equal(part[index].flows, whole[index].flows)
            assert torch.equal(part[index].confidence, whole[index].confidence)


def test_it_is_what_a_batch_gives_to_the_last_digits():
    network = disturbed(SMALL)
    with torch.no_grad():
        batch = network(FLOWS[None], KNOWN[None], base=BASE.expand(1, 9, 4, 16, 16))[-1][0]
    alone = complete_clip(network, read, range(9))
    assert torch.allclose(torch.stack([alone[i].flows for i in range(9)]), batch, atol=1e-4)


def test_frames_behind_a_cut_change_nothing():
    network = disturbed(SMALL)
    before_cut = complete_clip(network, lambda i: read(i) if i < 5 else None, range(3, 5))
    other = complete_clip(network, lambda i: read(i) if i in range(5) else None, range(3, 5))
    assert torch.equal(before_cut[4].flows, other[4].flows)
    assert not torch.equal(before_cut[4].flows, complete_clip(network, read, [4])[4].flows)


def test_more_updates_reach_deeper_into_a_hole():
    network = disturbed(SMALL)
    few, many = (float(complete_clip(network, read, [4], steps)[4].confidence.min()) for steps in (0, 6))
    assert few == 0
    assert many > 0
