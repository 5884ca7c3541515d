"""Boxes of whole pixels: sizes, common pixels, places in an array."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vfxlib.image.box import Box

boxes = st.builds(Box, *[st.integers(-20, 20)] * 4)


def pixels(box):
    return {(x, y) for y in range(box.y0, box.y1) for x in range(box.x0, box.x1)}


@given(boxes, boxes)
def test_the_common_box_holds_the_common_pixels(one, other):
    assert pixels(one & other) == pixels(one) & pixels(other)


@given(boxes, boxes)
def test_containing_means_holding_every_pixel(one, other):
    assert one.contains(other) == (pixels(other) <= pixels(one))


@given(boxes)
def test_size_counts_the_pixels(box):
    assert box.width * box.height == len(pixels(box))
    assert box.empty == (not pixels(box))
    assert box.size == (box.width, box.height)


@given(boxes, boxes)
def test_slices_cut_the_same_pixels_out_of_an_array(inner, outer):
    inner = inner & outer
    grid = np.arange(max(outer.height * outer.width, 0)).reshape(outer.height, outer.width)
    cut = grid[inner.slices(outer)]
    assert cut.shape == (inner.height, inner.width)
    if not inner.empty:
        assert cut[0, 0] == (inner.y0 - outer.y0) * outer.width + inner.x0 - outer.x0


def test_a_grown_box_reaches_further_on_every_side():
    assert Box(0, 1, 10, 11).grown(3) == Box(-3, -2, 13, 14)


def test_a_box_says_its_size_and_place():
    assert str(Box(-2, 5, 8, 9)) == "10x4 at -2,5"
