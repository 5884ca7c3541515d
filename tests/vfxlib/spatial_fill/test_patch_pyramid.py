"""The pyramid in which patches are compared."""

from itertools import pairwise

import numpy as np

from vfxlib.spatial_fill.patch_pyramid import HALF, build_pyramid

RNG = np.random.default_rng(2)
CODE = RNG.random((80, 96, 3)).astype(np.float32)


def hole(top=24, left=30, size=28):
    gap = np.zeros(CODE.shape[:2], bool)
    gap[top : top + size, left : left + size] = True
    return gap


def test_levels_shrink_by_half_until_the_gap_is_thin():
    gap = hole()
    levels = build_pyramid(CODE, ~gap, gap)
    assert len(levels) > 2
    for fine, coarse in pairwise(levels):
        for axis in (0, 1):
            assert coarse.gap.shape[axis] - 2 * HALF == (fine.gap.shape[axis] - 2 * HALF + 1) // 2
    assert levels[-1].depth.max() < levels[0].depth.max() / 3


def test_sources_are_the_middles_of_patches_that_are_known_entirely():
    gap = hole()
    level = build_pyramid(CODE, ~gap, gap)[0]
    inner = level.gap[HALF:-HALF, HALF:-HALF]
    assert np.array_equal(inner, gap)
    for y, x in zip(*np.nonzero(level.source), strict=True):
        assert not level.gap[y - HALF : y + HALF + 1, x - HALF : x + HALF + 1].any()


def test_patches_that_touch_the_gap_are_the_ones_to_be_matched():
    gap = hole()
    level = build_pyramid(CODE, ~gap, gap)[0]
    there = np.zeros_like(level.gap)
    there[level.rows, level.columns] = True
    assert there[level.gap].all()
    assert there.sum() == (28 + 2 * HALF) ** 2


def test_what_is_in_the_gap_is_not_in_the_pyramid():
    gap = hole()
    other = CODE.copy()
    other[gap] = 9.0
    one, two = build_pyramid(CODE, ~gap, gap), build_pyramid(other, ~gap, gap)
    assert all(np.array_equal(a.feature, b.feature) for a, b in zip(one, two, strict=True))


def test_without_a_whole_patch_there_is_no_pyramid():
    known = np.zeros(CODE.shape[:2], bool)
    known[::4, ::4] = True
    assert build_pyramid(CODE, known, hole() & ~known) == []
