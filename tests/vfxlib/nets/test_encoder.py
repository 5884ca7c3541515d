import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.internal_fit.ambiguity import anti_ambiguity_loss
from vfxlib.nets.encoder import Encoder, fit_encoder, gaussian_blur


def texture(kind, seed, height=96, width=128):
    """Coloured noise in bands: leaves run down, waves run across."""
    noise = torch.randn(1, 3, height + 16, width + 16, generator=torch.Generator().manual_seed(seed))
    grey = noise.mean(1, keepdim=True).expand(-1, 3, -1, -1) * 1.5 + 0.3 * noise
    rows, columns = {"leaves": (5, 1), "waves": (1, 5)}[kind]
    band = F.avg_pool2d(gaussian_blur(grey, 0.6), (rows, columns), 1)[..., 4 : 4 + height, 4 : 4 + width]
    return band / band.std() + torch.tensor([0.2, 0.0, -0.2])[:, None, None] * (1 if kind == "leaves" else -1)


@pytest.fixture(scope="module")
def shot():
    """Frames with leaves on the left and waves on the right."""
    return torch.cat([torch.cat((texture("leaves", n), texture("waves", 9 + n)), 3) for n in range(4)])


@pytest.fixture(scope="module")
def encoder(shot):
    return fit_encoder(shot[:3], torch.ones_like(shot[:3, :1]))


def distance(encoder, painted, shot):
    """How far what is painted is from what the last frame shows."""
    return float(
        anti_ambiguity_loss(encoder, painted, torch.ones_like(painted[:, :1]), shot[3:], torch.ones(1, 1, 96, 256))
    )


@pytest.mark.parametrize("kind", ["leaves", "waves"])
def test_a_sharp_texture_is_nearer_to_the_shot_than_its_blur_or_an_average(encoder, shot, kind):
    sharp = texture(kind, 30)
    mean = sharp.mean((2, 3), keepdim=True).expand_as(sharp)
    worse = {
        "blurred a little": gaussian_blur(sharp, 0.7),
        "blurred": gaussian_blur(sharp, 2.0),
        "two places averaged": (sharp + texture(kind, 31)) / 2,
        "two textures averaged": (sharp + texture("waves" if kind == "leaves" else "leaves", 32)) / 2,
        "mean colour": mean,
    }
    real = distance(encoder, sharp, shot)
    for what, picture in worse.items():
        assert distance(encoder, picture, shot) > 1.2 * real, what


def test_the_same_seed_gives_the_same_encoder_and_the_global_generator_is_not_touched(shot):
    before = torch.get_rng_state()
    known = torch.ones_like(shot[:1, :1])
    one, same, other = (fit_encoder(shot[:1], known, filters=8, features=4, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(one(shot), same(shot))
    assert not torch.equal(one(shot), other(shot))


def test_unknown_pixels_do_not_change_the_encoder(shot):
    known = torch.ones_like(shot[:2, :1])
    known[..., 30:50, 60:90] = 0
    broken = torch.where(known > 0, shot[:2], torch.nan)
    clean, other = (fit_encoder(pictures, known, filters=8, features=4) for pictures in (shot[:2], broken))
    assert torch.equal(clean(shot), other(shot))


@pytest.mark.parametrize(
    ("picture", "known"),
    [(torch.zeros(1, 3, 40, 40), 1.0), (torch.rand(1, 3, 6, 9), 1.0), (torch.full((1, 3, 1, 1), 7.0), 0.0)],
)
def test_flat_small_or_unknown_pictures_give_finite_features(picture, known):
    encoder = fit_encoder(picture, torch.full_like(picture[:, :1], known))
    features = encoder(picture)
    assert torch.isfinite(features).all()
    assert features.shape[-2:] == tuple(-(-side // 4) for side in picture.shape[-2:])


def test_an_encoder_has_nothing_to_train_and_works_in_half_precision(encoder, shot):
    assert not list(encoder.parameters())
    with torch.autocast("cpu", torch.bfloat16):
        features = encoder(shot)
    assert features.dtype == torch.float32
    assert torch.equal(features, encoder(shot))


def test_features_that_saw_the_unknown_are_told(encoder, shot):
    known = torch.ones(1, 1, 96, 256)
    known[..., 40:44, 100:104] = 0
    seen = encoder.sees_only(known)[0, 0]
    picture = shot[:1].clone()
    picture[..., 40:44, 100:104] += 5
    changed = (encoder(picture) != encoder(shot[:1])).any(1)[0]
    assert changed.any()
    assert not seen[changed].any()
    assert not seen[0].any(), "nothing is known beyond the edge"
    assert seen.sum() > 0.6 * seen.numel()
    assert Encoder.sees_any(encoder, 1 - known).sum() == 4
