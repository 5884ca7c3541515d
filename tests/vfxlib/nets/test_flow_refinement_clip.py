"""A clip of any length is completed frame by frame: the same bits, in whatever order frames are asked for."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from tests.vfxlib.nets.test_flow_refinement import SMALL, disturbed
from tests.vfxlib.pretraining.made_scene import made_flows
from vfxlib.nets.flow_refinement_clip import ClipCompletion, GivenFlows

COUNT = 9
FLOWS, KNOWN = (each[0] for each in made_flows(9, clips=1, frames=COUNT, size=16, hole=6))
BASE = torch.tensor([1.5, 0.5, -1.5, -0.5])[:, None, None].expand(4, 16, 16)


def read(index):
    return GivenFlows(FLOWS[index], KNOWN[index, 0], BASE)


def clip(network, first=0, last=COUNT - 1, steps=3):
    return ClipCompletion(network, read, lambda index: first <= index < last, steps)


@pytest.mark.parametrize("architecture", [1, 2])
def test_any_order_and_any_threads_give_the_same_bits(architecture):
    network = disturbed(type(SMALL)(channels=8, blocks=1, steps=3, architecture=architecture))
    one = clip(network)
    whole = [one.complete(index) for index in range(COUNT)]
    for order in ([4], [8, 0], [5, 6, 3]):
        other = clip(network)
        for index in order:
            assert torch.equal(other.complete(index).flows, whole[index].flows)
    with ThreadPoolExecutor(3) as pool:
        for done, expected in zip(pool.map(clip(network).complete, range(COUNT)), whole, strict=True):
            assert torch.equal(done.flows, expected.flows)
            assert torch.equal(done.confidence, expected.confidence)


def test_it_is_what_a_batch_gives_to_the_last_digits():
    network = disturbed(SMALL)
    with torch.no_grad():
        batch = network(FLOWS[None], KNOWN[None], base=BASE.expand(1, COUNT, 4, 16, 16))[-1][0]
    alone = clip(network)
    assert torch.allclose(torch.stack([alone.complete(i).flows for i in range(COUNT)]), batch, atol=1e-4)


def test_frames_behind_a_cut_change_nothing():
    network = disturbed(SMALL)
    before_cut = clip(network, last=4).complete(4)
    assert not torch.equal(before_cut.flows, clip(network).complete(4).flows)
    assert torch.equal(before_cut.flows, clip(network, first=1, last=4).complete(4).flows)  # three steps see no farther


def test_a_frame_is_read_once_however_many_neighbours_need_it_and_then_forgotten():
    asked = []

    def counted(index):
        asked.append(index)
        return GivenFlows(FLOWS[index % COUNT], KNOWN[index % COUNT, 0], BASE)

    long = ClipCompletion(disturbed(SMALL), counted, lambda index: 0 <= index < 39, 2)
    for index in range(40):
        long.complete(index)
    assert sorted(asked) == list(range(40))
    assert len(long._given) + len(long._states) < 40


def test_more_updates_reach_deeper_into_a_hole():
    network = disturbed(SMALL)
    few, many = (float(clip(network, steps=steps).complete(4).confidence.min()) for steps in (0, 6))
    assert few == 0
    assert many > 0
