"""Every pixel of a gap finds a source."""

import numpy as np
from scipy import ndimage

from vfxlib.spatial_fill.patch_match import patch_match


def stripes(height=60, width=70, period=8):
    x = np.arange(width) % period
    return np.broadcast_to((x < period // 2)[None, :, None], (height, width, 3)).astype(np.float32).copy()


def hole(size=8, top=24, left=28, shape=(60, 70)):
    gap = np.zeros(shape, bool)
    gap[top : top + size, left : left + size] = True
    return gap


def matched(code, gap, seed=0):
    return patch_match(code, ~gap, gap, np.random.default_rng(seed))


def test_every_source_is_known_and_nothing_else_has_an_offset():
    gap = hole()
    offset = matched(np.random.default_rng(1).random((60, 70, 3)).astype(np.float32), gap)
    assert offset is not None
    y, x = np.nonzero(gap)
    assert (~gap)[y + offset[y, x, 0], x + offset[y, x, 1]].all()
    assert not offset[~gap].any()


def test_stripes_go_on_in_step():
    gap = hole()
    code = stripes()
    offset = matched(code, gap)
    assert offset is not None
    y, x = np.nonzero(gap)
    same = code[y + offset[y, x, 0], x + offset[y, x, 1]] == code[y, x]
    assert same.mean() > 0.95


def test_neighbours_mostly_come_from_one_place():
    gap = hole()
    offset = matched(stripes(), gap)
    assert offset is not None
    inner = gap[:, 1:] & gap[:, :-1]
    assert (offset[:, 1:] == offset[:, :-1]).all(axis=2)[inner].mean() > 0.7


def test_fine_texture_is_continued_in_large_pieces():
    """Means of several patches fade, and what has faded is like nothing: then every patch comes from somewhere else."""
    gap, together = hole(30, 33, 40, (96, 112)), []
    inner = gap[:, 1:] & gap[:, :-1]
    for seed in range(4):
        noise = ndimage.gaussian_filter(np.random.default_rng(seed).standard_normal(gap.shape), 0.8)
        offset = matched(np.repeat((0.4 + 0.1 * noise / noise.std())[..., None], 3, 2).astype(np.float32), gap, 1)
        together.append((offset[:, 1:] == offset[:, :-1]).all(axis=2)[inner].mean())
    assert np.mean(together) > 0.92


def test_of_two_textures_of_one_colour_each_goes_on_on_its_side():
    """Reduced to a quarter, both are as good as grey: they differ in what their texture was like."""
    gap, right = hole(44, 26, 34, (96, 112)), []
    y, x = np.mgrid[:96, :112]
    rows, columns = np.nonzero(gap)
    for seed in range(5):
        grain = np.random.default_rng(seed).standard_normal(gap.shape)
        stripes = np.where(x < 56, np.sin(2 * np.pi * x / 5), np.sin(2 * np.pi * y / 5))
        offset = matched(np.repeat((0.4 + 0.1 * stripes + 0.01 * grain)[..., None], 3, 2).astype(np.float32), gap, 1)
        right.append(((columns + offset[rows, columns, 1] < 56) == (columns < 56)).mean())
    assert np.mean(right) > 0.89


def test_the_seed_decides_and_nothing_else():
    gap = hole()
    first, again, other = (matched(stripes(), gap, seed) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_without_a_whole_patch_there_is_nothing_to_copy():
    known = np.zeros((60, 70), bool)
    known[::4, ::4] = True
    gap = hole() & ~known
    assert patch_match(stripes(), known, gap, np.random.default_rng(0)) is None
