"""Specks fitted to the light that they hide."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from vfxlib.colour.acescct import code_value
from vfxlib.mask_propagate.damage_coverage import Coverage, damage_light, fit_parts, weigh_specks
from vfxlib.mask_propagate.damage_features import FrameBeside

HEIGHT, WIDTH = 60, 80
Y, X = np.mgrid[:HEIGHT, :WIDTH]


def blot(y, x, radius, strength=0.8):
    """A round speck with an edge of one pixel: [h w]."""
    return (strength * (radius - np.hypot(Y - y, X - x) + 0.5).clip(0, 1)).astype(np.float32)


def beside(matte, seed, colour=0.9):
    """Light laid over a texture, beside frames that lie on it but for grain."""
    rng = np.random.default_rng(seed)
    texture = 0.2 * np.exp(ndimage.gaussian_filter(rng.standard_normal((HEIGHT, WIDTH, 3)), (2, 2, 0)))
    frames = [texture * (1 - matte[..., None]) + colour * matte[..., None], *(texture,) * 4]
    grain = [code_value(each.astype(np.float32)) + 0.004 * rng.standard_normal(each.shape) for each in frames]
    moved = [torch.from_numpy(each.astype(np.float32).transpose(2, 0, 1).copy()) for each in grain]
    return FrameBeside(moved[0], torch.stack(moved[1:]))


KEY = np.maximum(blot(20, 20, 4), blot(40, 60, 2))
LIGHT = damage_light([(beside(KEY, 1), KEY)])
MATTE = blot(30, 40, 5, 0.6)
FRAME = beside(MATTE, 2)
COVERAGE = LIGHT.coverage(FRAME)


def fitted(found, score, matte=MATTE, frame=FRAME):
    """Overlap of what is fitted with a matte."""
    result = fit_parts(found, score.astype(np.float32), LIGHT.coverage(frame).share)
    return (result & (matte >= 0.25)).sum() / (result | (matte >= 0.25)).sum()


def test_the_colour_of_a_key_and_what_it_covers_are_measured_in_light():
    assert LIGHT.trusted
    assert np.allclose(LIGHT.colour, 0.9, atol=0.05)
    assert np.abs(LIGHT.coverage(FRAME).share - MATTE)[MATTE > 0].mean() < 0.05
    assert LIGHT.coverage(FRAME).apart[MATTE > 0.5].mean() < 0.1
    assert LIGHT.largest == (KEY[:, :40] >= 0.25).sum()


@pytest.mark.parametrize("off", [(0, 0, 2), (1, 2, 5), (0, 0, 7)], ids=["small", "aside", "large"])
def test_a_part_gets_the_extent_that_the_picture_shows(off):
    found = np.hypot(Y - 30 - off[0], X - 40 - off[1]) <= off[2]
    assert fitted(found, np.where(MATTE > 0, 2, -4.5)) > 0.95


def specks(score, coverage=None, largest=60):
    """What is added where nothing is found."""
    return weigh_specks(np.zeros(KEY.shape, np.bool_), score.astype(np.float32), coverage or COVERAGE, largest)


def test_what_covers_alike_and_has_the_damage_s_colour_is_a_speck_at_little_score():
    added = specks(np.where(MATTE > 0, -3, -9))
    assert (added & (MATTE >= 0.25)).sum() / (added | (MATTE >= 0.25)).sum() > 0.95
    assert not specks(np.where(blot(10, 60, 5) > 0, -3, -9)).any()  # the picture shows nothing there
    assert not specks(np.full(KEY.shape, -9)).any()


def test_what_is_larger_than_a_key_s_damage_or_busy_or_of_another_colour_is_no_speck():
    score = np.where(MATTE > 0, -3, -9)
    assert not specks(score, largest=10).any()
    noise = np.random.default_rng(3).uniform(-0.6, 0.2, KEY.shape)
    assert not specks(score, Coverage(COVERAGE.share + noise.astype(np.float32), COVERAGE.apart)).any()
    assert not specks(score, Coverage(COVERAGE.share, np.full_like(COVERAGE.apart, 0.5))).any()
    assert not specks(score, Coverage(np.zeros_like(COVERAGE.share), COVERAGE.apart)).any()


def test_what_covers_too_little_is_none_and_holes_are_filled():
    found = blot(30, 40, 5) > 0
    score = np.where(found, 2, -9).astype(np.float32)
    assert not fit_parts(found, score, np.full(KEY.shape, 0.1, np.float32)).any()
    coverage = COVERAGE.share.copy()
    coverage[30, 40:42] = 0
    assert fit_parts(found, score, coverage)[30, 40:42].all()


def test_where_the_picture_around_says_nothing_a_part_stays_as_it_was_found():
    found = blot(30, 40, 3) > 0
    noise = np.random.default_rng(3).uniform(-1, 3, KEY.shape).astype(np.float32)
    assert np.array_equal(fit_parts(found, np.where(found, 1, -9).astype(np.float32), noise), found)


def test_damage_of_many_colours_is_not_trusted():
    dark = beside(blot(20, 20, 4), 1, colour=0.0).frame
    both = beside(blot(40, 60, 4), 1)
    frame = torch.where(torch.from_numpy(X < 40), dark, both.frame)
    assert not damage_light([(FrameBeside(frame, both.others), np.maximum(blot(20, 20, 4), blot(40, 60, 4)))]).trusted
