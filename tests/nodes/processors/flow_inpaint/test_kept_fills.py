"""Fills that one step has made and a later one makes again."""

import numpy as np

from nodes.processors.flow_inpaint.kept_fills import KeptFills
from vfxlib.image.box import Box
from vfxlib.pipeline.hole_fill import Fill


def fill_of(count):
    at, numbers = np.arange(count), np.zeros(count, np.float32)
    colour, place = np.zeros((count, 3), np.float32), np.zeros((count, 0), np.float32)
    return Fill(at, at, Box(0, 0, 9, 9), colour, numbers, numbers.astype(np.int16), numbers.astype(np.uint8), place)


def test_a_fill_is_given_to_the_one_who_takes_it_first():
    kept, fill = KeptFills(1000), fill_of(3)
    kept.keep(7, fill)
    assert kept.take(3) is None
    assert kept.take(7) is fill
    assert kept.take(7) is None


def test_fills_take_no_more_memory_than_they_may():
    fill = fill_of(4)
    kept = KeptFills(2 * fill.nbytes)
    for index in range(3):
        kept.keep(index, fill)
    assert [kept.take(index) for index in range(3)] == [fill, fill, None]
    kept.keep(3, fill)
    assert kept.take(3) is fill


def test_nothing_is_kept_after_the_run():
    with KeptFills(1000) as kept:
        kept.keep(0, fill_of(1))
    assert kept.take(0) is None
