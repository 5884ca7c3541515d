import torch

from tests.vfxlib.training_ground.scenes import sampler
from vfxlib.training_ground.light import light_to_working


def test_a_clip_tells_its_hole_and_what_networks_see():
    clip = sampler().draw(0)
    assert torch.equal(clip.hole, clip.mattes > 0)
    assert torch.equal(clip.working, light_to_working(clip.frames))
    assert torch.equal(clip.working_truth, light_to_working(clip.truth))
