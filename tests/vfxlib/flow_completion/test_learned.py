"""A network's velocities at the view's size, whatever frames are asked for."""

import numpy as np
import pytest
import torch

from tests.vfxlib.motion.scenes import window_frames
from tests.vfxlib.motion.sliding import HEIGHT, MIDDLE, SPEED, WIDTH, pairs, views
from vfxlib.flow_completion import learned as module
from vfxlib.flow_completion.learned import LearnedMotion
from vfxlib.nets.flow_refinement import open_flow_refinement
from vfxlib.nets.flow_refinement_settings import FlowRefinementSettings

FRAMES = window_frames(views(), pairs())
SETTINGS = FlowRefinementSettings(channels=8, blocks=0, steps=3)


LAST = len(FRAMES) - 1


def learned(reach=4, last=LAST):
    network = open_flow_refinement(SETTINGS, 0).eval()
    return LearnedMotion(network, FRAMES.__getitem__, lambda index: 0 <= index < last, reach=reach, margin=0.0)


@pytest.mark.parametrize("longest", [WIDTH, WIDTH // 2])
def test_an_untrained_network_says_the_smooth_fill_of_what_is_measured(monkeypatch, longest):
    monkeypatch.setattr(module, "LONGEST", longest)
    for index in (0, MIDDLE, len(FRAMES) - 1):
        velocity = learned().velocity(index)
        assert velocity.shape == (HEIGHT, WIDTH, 2)
        homography = FRAMES[index].ways[1 if index < len(FRAMES) - 1 else -1].homography
        camera = homography[0, 2] * (1 if index < len(FRAMES) - 1 else -1)
        assert np.median(velocity[..., 0]) + camera == pytest.approx(SPEED, abs=0.05)
        assert np.abs(velocity[..., 1]).max() < 0.3


def test_frames_beyond_the_reach_are_not_looked_at():
    asked = []

    def frame(index):
        asked.append(index)
        return FRAMES[index]

    network = open_flow_refinement(SETTINGS, 0).eval()
    for reach in (1, 2, 3):
        asked.clear()
        LearnedMotion(network, frame, lambda index: 0 <= index < 6, reach=reach, margin=0.0).velocity(MIDDLE)
        assert max(abs(index - MIDDLE) for index in asked) < max(reach, 1)


def test_what_lies_behind_a_cut_changes_nothing():
    cut = learned(last=MIDDLE).velocity(MIDDLE - 1)
    assert torch.tensor(cut).isfinite().all()
    assert np.array_equal(cut, learned(last=MIDDLE).velocity(MIDDLE - 1))
