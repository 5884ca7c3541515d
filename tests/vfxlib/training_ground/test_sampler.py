import torch

from tests.vfxlib.training_ground.scenes import CPU, PLAIN, bits, inner, pictures, read_along, sampler
from vfxlib.training_ground.sampler import SceneSampler
from vfxlib.training_ground.settings import SceneSettings


def neighbours(clip, step):
    """Frames and their next (1) or previous (-1): indices of both."""
    count = clip.frames.shape[1]
    here = torch.arange(count - 1) if step > 0 else torch.arange(1, count)
    return here, here + step


def test_what_visible_sources_show_is_the_truth():
    ground = sampler(front=(1, 2), own_speed=(0.04, 0.1), **PLAIN)
    for number in range(4):
        clip = ground.draw(number)
        light = clip.frames / clip.gain[..., None, None]
        truth = clip.truth / clip.gain[..., None, None]
        for step, motion in ((1, clip.forward), (-1, clip.backward)):
            here, there = neighbours(clip, step)
            read = read_along(light[:, there].flatten(0, 1), motion[:, here].flatten(0, 1))
            seen = clip.visible[:, here, there].flatten(0, 1) & clip.hole[:, here, 0].flatten(0, 1)
            # an edge of the background is a mixture, in both
            seen &= inner(clip.layer[:, here]).flatten(0, 1)
            gap = (read - truth[:, here].flatten(0, 1)).abs().amax(1)[seen]
            assert len(gap) > 100
            assert gap.median() < 0.002
            assert gap.quantile(0.95) < 0.02


def test_motion_carries_truth_to_truth():
    ground = sampler(front=(0, 0), **PLAIN)
    for number in range(4):
        clip = ground.draw(number)
        truth = clip.truth / clip.gain[..., None, None]
        for step, motion in ((1, clip.forward), (-1, clip.backward)):
            here, there = neighbours(clip, step)
            read = read_along(truth[:, there].flatten(0, 1), motion[:, here].flatten(0, 1))
            seen = clip.visible[:, here, there].flatten(0, 1) & inner(clip.layer[:, here]).flatten(0, 1)
            gap = (read - truth[:, here].flatten(0, 1)).abs().amax(1)[seen]
            assert gap.median() < 0.002
            assert gap.quantile(0.95) < 0.02


def test_motion_forward_and_then_backward_returns():
    clip = sampler(**PLAIN).draw(0)
    here, there = neighbours(clip, 1)
    forward = clip.forward[:, here].flatten(0, 1)
    back = read_along(clip.backward[:, there].flatten(0, 1), forward)
    # by the layers and not by the mattes: motion is known inside holes too
    layer = clip.layer[:, there].flatten(0, 1).float()[:, None]
    alike = read_along(layer, forward)[:, 0] == clip.layer[:, here].flatten(0, 1)
    height, width = forward.shape[-2:]
    x, y = torch.arange(width) + forward[:, 0], torch.arange(height)[:, None] + forward[:, 1]
    alike &= (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    gap = (forward + back).square().sum(1).sqrt()[alike]
    assert len(gap) > 10000
    assert gap.quantile(0.999) < 0.02


def test_outside_the_holes_a_clean_frame_is_the_truth():
    clip = sampler(**PLAIN).draw(0)
    outside = ~clip.hole.expand_as(clip.frames)
    assert torch.equal(clip.frames[outside], clip.truth[outside])
    assert (clip.frames - clip.truth).abs()[~outside].mean() > 0.02


def test_a_place_that_is_hidden_everywhere_is_seen_nowhere():
    ground = sampler(front=(1, 1), planes=(0, 0), behind=(0, 0), still=1.0, pinned=0.0, wires=0.0, strokes=0.0, **PLAIN)
    clip = ground.draw(3)
    other = clip.visible.sum(2) - clip.visible.diagonal(0, 1, 2).movedim(-1, 1).int()
    hole = clip.hole[:, :, 0]
    assert hole.float().mean() > 0.02
    # nothing but the edge, and what the frame's border uncovers
    assert (other[hole] > 0).float().mean() < 0.25


def test_dirt_on_the_lens_stays_in_its_place():
    clip = sampler(pinned=1.0).draw(0)
    assert torch.equal(clip.hole, clip.hole[:, :1].expand_as(clip.hole))


def test_mattes_have_the_share_that_is_asked_for():
    for share in (0.05, 0.2):
        ground = sampler(
            share=(share, share),
            front=(1, 1),
            wires=0.0,
            strokes=0.0,
            margin=(0.0, 0.0),
            **{
                "softness": (0.1, 0.1),
                "size": (48, 48),
                "batch": 16,
                "visibility": False,
                "own_speed": (0.001, 0.002),
                **PLAIN,
            },
        )
        held = torch.cat([(ground.draw(step).mattes[:, 1:3] > 0.5).float().mean((1, 2, 3, 4)) for step in range(2)])
        assert 0.75 * share < held.median() < 1.25 * share


def test_a_step_is_the_same_clip_at_any_time():
    one, other = sampler(seed=3), sampler(seed=3)
    other.draw(0)
    for mine, same in zip(bits(one.draw(5)), bits(other.draw(5)), strict=True):
        assert torch.equal(mine, same)


def test_another_step_and_another_seed_are_another_clip():
    first = sampler(seed=3).draw(5)
    assert not torch.equal(first.truth, sampler(seed=3).draw(6).truth)
    assert not torch.equal(first.truth, sampler(seed=4).draw(5).truth)


def test_threads_change_no_bit():
    one = bits(sampler(size=(96, 96)).draw(1))
    torch.set_num_threads(3)
    try:
        three = bits(sampler(size=(96, 96)).draw(1))
    finally:
        torch.set_num_threads(1)
    for mine, same in zip(one, three, strict=True):
        assert torch.equal(mine, same)


def test_a_clip_says_everything_in_its_shape():
    clip = sampler(batch=2, frames=5).draw(0)
    assert clip.frames.shape == clip.truth.shape == clip.working.shape == clip.working_truth.shape == (2, 5, 3, 48, 64)
    assert clip.mattes.shape == clip.hole.shape == (2, 5, 1, 48, 64)
    assert clip.forward.shape == clip.backward.shape == (2, 5, 2, 48, 64)
    assert clip.layer.shape == (2, 5, 48, 64)
    assert clip.visible.shape == (2, 5, 5, 48, 64)
    assert clip.gain.shape == (2, 5, 3)
    assert all(bool(torch.isfinite(each.float()).all()) for each in bits(clip))


def test_visibility_can_be_left_out_and_changes_nothing_else():
    without, with_it = sampler(visibility=False).draw(2), sampler().draw(2)
    assert without.visible is None
    assert torch.equal(without.frames, with_it.frames)


def test_a_blurred_frame_is_smoother_and_its_matte_holds_the_whole_smear():
    fast = {"own_speed": (0.1, 0.1), "front": (1, 1), "still": 0.0, "pinned": 0.0, "wires": 0.0, **PLAIN}
    sharp, blurred = sampler(**fast).draw(1), sampler(**{**fast, "blur": 1.0, "shutter": (0.7, 0.7)}).draw(1)
    assert (blurred.hole.float().mean() > sharp.hole.float().mean() * 1.1).item()
    outside = ~blurred.hole.expand_as(blurred.frames)
    assert torch.equal(blurred.frames[outside], blurred.truth[outside])


def test_pictures_may_be_kept_in_half_precision():
    whole, half = sampler(**PLAIN).draw(0), sampler(shown=pictures().half(), **PLAIN).draw(0)
    assert half.frames.dtype == torch.float32
    assert torch.allclose(whole.frames, half.frames, rtol=4e-3, atol=1e-4)


def test_long_clips_and_fast_cameras_stay_finite():
    ground = SceneSampler(
        pictures(), SceneSettings(size=(32, 48), frames=40, batch=2, speed=(0.1, 0.1), visibility=False), CPU, 0
    )
    for step in range(3):
        clip = ground.draw(step)
        assert torch.isfinite(clip.frames).all()
        assert torch.isfinite(clip.forward).all()
        assert clip.forward.abs().median() < 48
