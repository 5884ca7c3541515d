"""A target and its references: motion leads to where references show the same, and nothing hidden is seen."""

import torch

from tests.vfxlib.pretraining.made_scene import MadeScenes, MadeSettings
from vfxlib.pretraining.sta_samples import chained_flow, draw_samples


def drawn(seed=0):
    clips = MadeScenes(None, MadeSettings(frames=5), torch.device("cpu"), 1).draw(3)
    return clips, draw_samples(clips, torch.Generator().manual_seed(seed))


def test_motion_is_followed_from_frame_to_frame_both_ways():
    flows = torch.zeros(1, 4, 4, 8, 8)
    flows[:, :, 0], flows[:, :, 3] = 1.0, -2.0
    ahead, back = chained_flow(flows, 0, 3), chained_flow(flows, 3, 1)
    assert (ahead[0, 0, 4, 2], ahead[0, 1, 4, 2]) == (3, 0)
    assert (back[0, 0, 6, 2], back[0, 1, 6, 2]) == (0, -4)


def test_a_target_is_one_frame_and_its_references_are_the_others():
    clips, samples = drawn()
    clip = samples.clip
    assert clip.references.shape[1] == 4
    frames = (clips.working - 0).flatten(0, 0)
    back = clip.target * samples.deviation
    spread = [float((back - back.mean() - each + each.mean()).abs().max()) for each in frames.unbind(1)]
    assert min(spread) < 0.2
    assert torch.allclose(clip.target * (1 - clip.hole), samples.truth * (1 - clip.hole), atol=1e-5)
    assert ((clip.hole == 0) | (clip.hole == 1)).all()


def test_the_same_chance_gives_the_same_sample():
    (_, one), (_, same), (_, other) = drawn(), drawn(), drawn(9)
    assert torch.equal(one.clip.flows, same.clip.flows)
    assert not torch.equal(one.between, other.between)
