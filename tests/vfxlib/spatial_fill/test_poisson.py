"""Copied patches joined without a seam."""

import numpy as np

from vfxlib.spatial_fill.poisson import poisson_blend

HEIGHT, WIDTH = 48, 64
GAP = np.zeros((HEIGHT, WIDTH), bool)
GAP[16:32, 24:40] = True


def from_the_left(pixels=20):
    offset = np.zeros((HEIGHT, WIDTH, 2), np.intp)
    offset[GAP] = (0, -pixels)
    return offset


def blended(code, offset=None, known=None):
    known = ~GAP if known is None else known
    return poisson_blend(code, known, GAP, from_the_left() if offset is None else offset)


def test_a_patch_that_fits_is_copied_as_it_is():
    row = np.random.default_rng(1).random((HEIGHT, 20, 3)).astype(np.float32) * 0.05
    code = np.concatenate([row] * 4, axis=1)[:, :WIDTH]
    joined = blended(code)
    assert np.abs(joined[GAP] - code[GAP]).max() < 1e-5


def test_what_is_known_keeps_its_bits():
    code = np.random.default_rng(1).random((HEIGHT, WIDTH, 3)).astype(np.float32)
    joined = blended(code)
    assert np.array_equal(joined[~GAP], code[~GAP])


def test_a_ramp_of_light_is_followed_though_the_source_is_darker():
    x = np.arange(WIDTH, dtype=np.float32)
    code = np.broadcast_to((0.2 + 0.002 * x)[None, :, None], (HEIGHT, WIDTH, 3)).copy()
    copied_only = np.abs(np.float32(0.002 * 20))
    assert np.abs(blended(code) - code)[GAP].max() < 0.35 * copied_only
    seam = np.abs(np.diff(blended(code), axis=1))[20:28, 22:26].max()
    assert seam < 0.25 * copied_only


def test_a_step_that_is_drawing_and_not_light_stays():
    code = np.full((HEIGHT, WIDTH, 3), 0.2, np.float32)
    code[:, :20] = 0.8
    assert blended(code)[24, 24:39].min() > 0.75


def test_what_is_in_the_gap_is_never_looked_at():
    code = np.random.default_rng(1).random((HEIGHT, WIDTH, 3)).astype(np.float32)
    other = code.copy()
    other[GAP] = 1e9
    assert blended(code).tobytes() == blended(other).tobytes()
