"""Holes lie where the paper's setups have them, and more often where motion has edges."""

import pytest
import torch

from vfxlib.pretraining.motion_holes import SETUPS, draw_known, flow_edges

HIDDEN_FRAMES = {"middle": [2, 3], "same": [0, 1, 2, 3, 4, 5], "sandwich": [1, 2, 3, 4]}


def clip(clips=8, size=24):
    """A square of four pixels that walks, over a ground that moves left of column 6 alone."""
    flow, mattes = torch.zeros(clips, 6, 2, size, size), torch.zeros(clips, 6, 1, size, size)
    flow[..., :6] = 2.0
    for frame in range(6):
        mattes[:, frame, 0, 10:14, 8 + frame : 12 + frame] = 0.3
    return mattes, flow


def drawn(setups, seed=0, **more):
    mattes, flow = clip(**more)
    return 1 - draw_known(mattes, flow, setups, torch.Generator().manual_seed(seed)), mattes


def test_moving_holes_are_the_mattes():
    hidden, mattes = drawn(("moving",))
    assert torch.equal(hidden, (mattes > 0).float())


@pytest.mark.parametrize("setup", HIDDEN_FRAMES)
def test_a_setup_hides_one_shape_in_its_frames_and_nothing_in_the_others(setup):
    hidden, _ = drawn((setup,))
    there = HIDDEN_FRAMES[setup]
    others = [frame for frame in range(6) if frame not in there]
    assert not hidden[:, others].any()
    assert hidden[:, there].any()
    assert all(torch.equal(hidden[:, frame], hidden[:, there[0]]) for frame in there)
    assert hidden[:, there[0]].sum((1, 2, 3)).max() == 16  # the shape has its size where it lies wholly inside


def test_every_setup_comes_up_and_the_same_seed_gives_the_same_holes():
    many = [drawn(SETUPS, seed)[0] for seed in range(6)]
    assert torch.equal(many[0], drawn(SETUPS, 0)[0])
    frames = {tuple(each.flatten(1).any(1).tolist()) for hidden in many for each in hidden}
    kinds = {tuple(i in there for i in range(6)) for there in HIDDEN_FRAMES.values()}
    assert kinds <= frames


def test_holes_lie_where_motion_has_edges_far_more_often_than_elsewhere():
    columns = torch.arange(24.0)
    centres = []
    for seed in range(8):
        shape = drawn(("same",), seed)[0][:, 0, 0]
        centres += ((shape.sum(1) * columns).sum(1) / shape.sum((1, 2))).tolist()
    near = sum(abs(x - 5.5) < 2 for x in centres) / len(centres)
    assert near > 0.3  # by chance alone a sixth


def test_edges_are_the_norm_of_the_jacobian():
    flow = torch.zeros(1, 2, 5, 6)
    flow[0, 0, :, 3:], flow[0, 1, 2:] = 3.0, 4.0
    edges = flow_edges(flow)[0]
    assert edges[0, 2] == 3
    assert edges[1, 0] == 4
    assert edges[1, 2] == 5
    assert edges[4, 5] == 0
