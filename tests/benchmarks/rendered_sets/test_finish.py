"""The matte of a thing and its shadow covers both, softly, and nothing of what differs by chance alone."""

import numpy as np
from scipy import ndimage

from benchmarks.rendered_sets.finish import effect_matte

HEIGHT, WIDTH = 60, 90


def shot(shadow=0.5, noise=0.01):
    """With a thing, without it, and how much it covers: a disc on grey ground with its shadow to the right."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    thing = np.clip(10.5 - np.hypot(rows - 30, columns - 30), 0, 1).astype(np.float32)
    cast = (abs(rows - 35) < 5) & (columns > 34) & (columns < 62)
    cast = ndimage.gaussian_filter(cast.astype(np.float32), 1.5)
    rng = np.random.default_rng(0)
    clean = np.full((HEIGHT, WIDTH, 3), 0.3, np.float32) * (1 + noise * rng.standard_normal((HEIGHT, WIDTH, 1)))
    dirty = clean * (1 + noise * rng.standard_normal((HEIGHT, WIDTH, 1))) * (1 - (1 - shadow) * cast[..., None])
    dirty = dirty + (0.8 - dirty) * thing[..., None]
    return dirty.astype(np.float32), clean.astype(np.float32), thing, cast


def test_the_matte_covers_the_thing_and_its_shadow():
    dirty, clean, thing, cast = shot()
    matte = effect_matte(dirty, clean, thing)
    assert (matte >= thing).all()
    assert (matte[cast > 0.5] > 0.25).all()
    assert matte.dtype == np.float32
    assert 0 <= matte.min() <= matte.max() <= 1


def test_what_differs_by_noise_alone_stays_outside():
    dirty, clean, thing, cast = shot()
    matte = effect_matte(dirty, clean, thing)
    near = ndimage.maximum_filter((thing > 0) | (cast > 0.02), 13)
    assert not matte[~near].any()
    assert (matte > 0).mean() < 0.35


def test_without_a_shadow_it_is_the_thing_and_a_soft_rim():
    dirty, clean, thing, _ = shot(shadow=1.0, noise=0.0)
    matte = effect_matte(dirty, clean, thing)
    assert not matte[ndimage.maximum_filter(thing, 11) == 0].any()
    assert ((matte > 0) & (matte < 1)).any()


def test_what_was_not_rendered_with_the_thing_is_no_shadow():
    dirty, clean, thing, _ = shot()
    dirty[:, 70:] = 0
    assert not effect_matte(dirty, clean, thing)[:, 76:].any()
