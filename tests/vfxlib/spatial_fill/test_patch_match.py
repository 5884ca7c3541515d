"""Every pixel of a gap finds a source."""

import numpy as np

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
