"""A soft painting gets the detail of an example, a sharp one keeps its own."""

import numpy as np
import pytest
from scipy import ndimage

from vfxlib.internal_fit.detail_transfer import transfer_detail

SHAPE = (96, 128, 3)


def texture(seed, coarse=1.5):
    noise = np.random.default_rng(seed).standard_normal(SHAPE)
    smooth = ndimage.gaussian_filter(noise, (coarse, coarse, 0))
    return (0.5 + 0.05 * smooth / smooth.std()).astype(np.float32)


def light():
    return np.broadcast_to(np.linspace(-0.1, 0.1, SHAPE[1], dtype=np.float32)[:, None], SHAPE)


def whole():
    return np.ones(SHAPE[:2], np.float32)


def test_a_mean_of_many_textures_gets_one_under_its_own_light():
    example, flat = texture(1), np.full(SHAPE, 0.3, np.float32) + light()
    added, size = transfer_detail(flat, example, whole(), 4)
    inner = (slice(16, -16), slice(16, -16))
    assert np.corrcoef(added[inner].ravel(), (example - 0.5)[inner].ravel())[0, 1] > 0.98
    assert added[inner].std() == pytest.approx(0.05, rel=0.1)
    assert abs(added[inner].mean()) < 0.002
    assert size[inner].mean() == pytest.approx(np.abs(added[inner]).mean(), rel=0.2)


def test_what_is_as_sharp_as_the_example_stays_as_it_is():
    added, size = transfer_detail(texture(2), texture(1), whole(), 4)
    assert added.std() < 0.01  # of 0.05
    assert size.mean() < 0.01
    stronger, _ = transfer_detail(0.5 + 2 * (texture(2) - 0.5), texture(1), whole(), 4)
    assert not stronger.any()


def test_what_is_half_soft_gets_what_it_lacks():
    half = 0.5 + 0.6 * (texture(2) - 0.5)
    added, _ = transfer_detail(half, texture(1), whole(), 4)
    assert (half + added)[16:-16, 16:-16].std() == pytest.approx(0.05, rel=0.15)


def test_it_is_added_where_it_is_asked_for_alone():
    share = np.zeros(SHAPE[:2], np.float32)
    share[30:60, 40:80] = 1
    share[40, 40:80] = 0.5
    flat = np.full(SHAPE, 0.5, np.float32)
    added, size = transfer_detail(flat, texture(1), share, 3)
    assert not added[share == 0].any()
    assert not size[share == 0].any()
    full, _ = transfer_detail(flat, texture(1), (share > 0).astype(np.float32), 3)
    assert np.allclose(added[40, 40:80], full[40, 40:80] / 2, rtol=0.1, atol=1e-4)


def test_a_smooth_example_adds_nothing():
    flat = np.full(SHAPE, 0.5, np.float32)
    added, size = transfer_detail(flat, flat + 0.2, whole(), 4)
    assert np.abs(added).max() < 1e-5
    assert np.isfinite(size).all()
