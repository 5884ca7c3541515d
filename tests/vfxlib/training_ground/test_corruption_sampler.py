"""Corrupted clips: whatever is not under a mask is the truth, and a step gives the same clip at any time."""

import torch

from tests.vfxlib.training_ground.scenes import pictures
from vfxlib.training_ground.corruption_sampler import CorruptionSampler, CorruptionSettings

CPU = torch.device("cpu")


def sampler(seed=0, **more):
    given = CorruptionSettings(**{"size": (40, 48), "frames": 4, "batch": 12, **more})
    return CorruptionSampler(pictures(), given, CPU, seed)


def test_frames_are_the_truth_but_for_their_damage():
    clip = sampler().draw(3)
    assert clip.frames.shape == clip.truth.shape == (12, 4, 3, 40, 48)
    assert clip.masks.shape == (12, 4, 1, 40, 48)
    outside = (clip.masks == 0).expand_as(clip.truth)
    assert torch.equal(clip.frames[outside], clip.truth[outside])
    assert 0.001 < float((clip.masks > 0).float().mean()) < 0.3
    damaged = ((clip.frames - clip.truth).abs().amax(2) > 0.01) & (clip.masks[:, :, 0] > 0)
    assert float(damaged.sum()) > 0.5 * float((clip.masks > 0.25).sum())
    assert torch.equal(clip.working[outside], clip.working_truth[outside])


def test_a_step_gives_the_same_clip_and_another_seed_another():
    first, again, other = sampler().draw(5), sampler().draw(5), sampler(1).draw(5)
    assert torch.equal(first.frames, again.frames)
    assert torch.equal(first.masks, again.masks)
    assert not torch.equal(first.masks, other.masks)


def test_samples_of_one_batch_have_damage_of_several_kinds():
    masks = sampler().draw(0).masks
    stays = [bool(torch.equal(clip[0], clip[1])) for clip in masks]
    assert True in stays
    assert False in stays
