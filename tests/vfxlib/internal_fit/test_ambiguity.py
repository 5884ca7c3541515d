import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.internal_fit.ambiguity import anti_ambiguity_loss
from vfxlib.nets.encoder import fit_encoder, gaussian_blur

SIZE = 64


def stripes(seed, upright):
    """A random texture of stripes that stand or lie."""
    noise = torch.randn(1, 1, SIZE + 16, SIZE + 16, generator=torch.Generator().manual_seed(seed))
    grey = F.avg_pool2d(gaussian_blur(noise, 0.7), (9, 1) if upright else (1, 9), 1)[..., :SIZE, :SIZE]
    return (grey / grey.std()).expand(-1, 3, -1, -1).contiguous()


@pytest.fixture(scope="module")
def frames():
    """Four frames: at the same place, stripes stand in two of them and lie in two."""
    return torch.cat([stripes(seed, seed % 2 == 0) for seed in range(4)])


@pytest.fixture(scope="module")
def encoder(frames):
    return fit_encoder(frames, torch.ones(4, 1, SIZE, SIZE))


def whole(batch=1):
    return torch.ones(batch, 1, SIZE, SIZE)


def paint(encoder, frames, weight, steps=40):
    """Fit pixels to two frames that contradict each other; the other two are what the shot shows elsewhere."""
    painted = frames[:2].mean(0, keepdim=True).requires_grad_()
    optimiser = torch.optim.Adam([painted], 0.03)
    for _ in range(steps):
        optimiser.zero_grad()
        loss = (painted - frames[:2]).abs().mean()
        if weight:
            loss = loss + weight * anti_ambiguity_loss(encoder, painted, whole(), *elsewhere(frames))
        loss.backward()
        optimiser.step()
    return painted.detach()


def elsewhere(frames):
    """What the shot shows in other frames, side by side."""
    return torch.cat((frames[2:3], frames[3:4]), 3), torch.ones(1, 1, SIZE, 2 * SIZE)


def sharpness(picture):
    """How much neighbours differ, where features see only the picture."""
    heart = picture[..., 12:-12, 12:-12]
    return float(heart.diff(dim=-2).square().mean() + heart.diff(dim=-1).square().mean())


def test_an_average_of_two_textures_becomes_as_sharp_as_one_of_them(encoder, frames):
    def far(picture):
        return float(anti_ambiguity_loss(encoder, picture, whole(), *elsewhere(frames)))

    alone, pulled = paint(encoder, frames, 0.0), paint(encoder, frames, 2.0)
    real = min(sharpness(frame) for frame in frames[:2])
    assert sharpness(alone) < 0.6 * real, "the absolute error alone is content with the average"
    assert sharpness(pulled) > 0.75 * real, "it is as sharp as one of them"
    assert far(pulled) < 0.2 * far(alone), "it is alike to what the shot shows"


@pytest.mark.parametrize(("hole", "known"), [(0.0, 1.0), (1.0, 0.0)])
def test_without_a_hole_or_anything_known_it_costs_nothing(encoder, frames, hole, known):
    painted = frames[:2].clone().requires_grad_()
    target = torch.full_like(frames[2:], math.nan) if known == 0 else frames[2:]
    loss = anti_ambiguity_loss(encoder, painted, hole * whole(2), target, known * whole(2))
    loss.backward()
    assert loss == 0
    assert (painted.grad == 0).all()


def test_what_is_unknown_in_the_target_is_never_looked_for(encoder, frames):
    known = whole()
    known[..., 10:30] = 0
    broken = torch.where(known > 0, frames[1:2], math.nan)
    told = anti_ambiguity_loss(encoder, frames[:1], whole(), frames[1:2], known)
    assert torch.equal(anti_ambiguity_loss(encoder, frames[:1], whole(), broken, known), told)
    assert torch.isfinite(told)


def test_a_sample_without_a_known_target_does_not_count(encoder, frames):
    known = whole(2)
    known[1] = 0
    both = anti_ambiguity_loss(encoder, frames[:2], whole(2), frames[2:], known)
    assert both == pytest.approx(
        anti_ambiguity_loss(encoder, frames[:1], whole(), frames[2:3], whole()).item(), rel=1e-5
    )


def test_memory_is_bounded_and_fewer_points_tell_about_the_same(encoder, frames):
    biggest = []
    plain = torch.Tensor.__matmul__

    def watched(one, other):
        product = plain(one, other)
        biggest.append(product.numel())
        return product

    big, far = frames[:1].repeat(1, 1, 4, 4), frames[2:3].repeat(1, 1, 4, 4)
    ones = torch.ones(1, 1, 4 * SIZE, 4 * SIZE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.Tensor, "__matmul__", watched)
        few = anti_ambiguity_loss(encoder, big, ones, far, ones, points=400)
        again = anti_ambiguity_loss(encoder, big, ones, far, ones, points=400)
    assert max(biggest) == 400 * 400
    assert torch.equal(few, again)
    assert few.item() == pytest.approx(
        anti_ambiguity_loss(encoder, big, ones, far, ones, points=10_000).item(), abs=0.02
    )


def test_it_works_in_half_precision_and_touches_no_global_generator(encoder, frames):
    before = torch.get_rng_state()
    exact = anti_ambiguity_loss(encoder, frames[:2], whole(2), frames[2:], whole(2))
    with torch.autocast("cpu", torch.bfloat16):
        half = anti_ambiguity_loss(encoder, frames[:2], whole(2), frames[2:], whole(2))
    assert torch.equal(half, exact)
    assert torch.equal(torch.get_rng_state(), before)
