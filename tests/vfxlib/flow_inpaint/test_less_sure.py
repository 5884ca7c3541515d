"""Copies count less where something may be hidden before them."""

import numpy as np

from vfxlib.flow_inpaint.less_sure import APART, less_sure
from vfxlib.image.box import Box
from vfxlib.pipeline.hole_fill import Fill

SIZE = (40, 20)


def filled(confidence):
    rows, columns = np.full(3, 10), np.array([4, 20, 36])
    nothing = np.zeros(3, np.int16)
    colour = np.ones((3, 3), np.float32)
    place = np.zeros((3, 0), np.float32)
    sure = np.array(confidence, np.float32)
    return Fill(rows, columns, Box(0, 0, *SIZE), colour, sure, nothing, nothing.astype(np.uint8), place)


def half_hidden():
    unsure = np.zeros((10, 20), np.float32)  # half as fine as the plate
    unsure[:, 15:] = 1
    return unsure


def test_where_something_may_be_hidden_a_copy_is_trusted_as_far_as_that_would_differ():
    sure = less_sure(filled([0.9, 0.9, 0.9]), half_hidden(), SIZE).confidence
    assert np.allclose(sure, [0.9, 0.9, 1 - APART / 0.1])
    assert sure[2] < 0.5


def test_what_was_less_sure_already_stays_so_and_no_pixel_changes():
    before = filled([0.9, 0.1, 0.1])
    after = less_sure(before, half_hidden(), SIZE)
    assert np.allclose(after.confidence, before.confidence)
    assert np.array_equal(after.colour, before.colour)
