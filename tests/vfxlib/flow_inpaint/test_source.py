"""A frame made ready to be copied from."""

import numpy as np
import pytest
import torch

from vfxlib.flow_inpaint.source import open_source
from vfxlib.image.box import Box

CPU = torch.device("cpu")


def opened(plate, known=None):
    height, width = plate.shape[:2]
    known = np.ones((height, width), bool) if known is None else known
    return open_source(plate, known, Box(0, 0, width, height), device=CPU)


def test_a_footprint_is_the_sixteen_pixels_that_a_sample_touches():
    known = np.ones((12, 14), bool)
    known[5, 6] = False
    footprint = opened(np.zeros((12, 14, 3), np.float32), known).footprint
    expected = np.zeros_like(known)
    for y in range(1, 10):
        for x in range(1, 12):
            expected[y, x] = known[y - 1 : y + 3, x - 1 : x + 3].all()
    assert np.array_equal(footprint, expected)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_not_known_whatever_is_said(bad):
    plate = np.zeros((8, 8, 3), np.float32)
    plate[3, 4, 1] = bad
    source = opened(plate)
    assert not source.known[3, 4]
    assert source.known.sum() == 63


def test_a_tiny_frame_has_no_footprint():
    assert not opened(np.zeros((3, 9, 3), np.float32)).footprint.any()


def test_it_says_its_bytes():
    assert opened(np.zeros((8, 9, 3), np.float32)).nbytes == 8 * 9 * (3 * 4 + 4)


def test_the_rim_reaches_the_matte_s_edge_and_never_what_is_no_light():
    matte = np.zeros((12, 14), bool)
    matte[4:8, 5:9] = True
    known = ~matte
    known[3:9, 4:10] = False
    plate = np.zeros((12, 14, 3), np.float32)
    plate[3, 5] = np.nan
    source = open_source(plate, known, Box(0, 0, 14, 12), device=CPU, rim=~matte)
    assert not source.rim[4:8, 5:9].any()
    assert not source.rim[3, 5]
    assert source.rim[3, 6]
    assert source.small[2, 10]
    assert not source.small[3, 4]
