"""How alike aligned references are."""

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, MadeShot, shift
from vfxlib.image.box import Box
from vfxlib.residual_hires.alignment import align
from vfxlib.residual_hires.likeness import light_gain, patch_likeness, seen_low

BOX = Box(12, 8, 36, 28)


def likeness(made, wrong=(0, 0)):
    ways = align(1, shift(*wrong) @ made.between(2, 3), None, BOX, SCALES)
    return patch_likeness(2, ways, made.low.__getitem__, BOX)[0]


def test_a_reference_that_is_aligned_is_alike_and_one_that_is_not_is_less_so():
    made = MadeShot(move=(4.0, 4.0))
    right, wrong = likeness(made), likeness(made, (8, 4))
    assert np.median(right) > 0.98
    assert np.median(wrong) < 0.8


def test_other_light_does_not_make_a_reference_unlike():
    made = MadeShot(move=(4.0, 4.0), gain=[1, 1, 1, 1.7, 1, 1, 1])
    assert np.median(likeness(made)) > 0.98
    seen = seen_low(align(1, made.between(2, 3), None, BOX, SCALES)[0], made.low[3])
    own = made.low[2][BOX.slices(Box(0, 0, *SCALES.low))]
    assert np.allclose(light_gain(own, seen), 1 / 1.7, rtol=0.02)


def test_the_same_light_is_a_gain_of_exactly_one():
    own = np.full((9, 9, 3), 0.3, np.float32)
    assert np.array_equal(light_gain(own, own * np.float32(1.004)), np.ones(3, np.float32))
    assert np.array_equal(light_gain(own * 0, own), np.ones(3, np.float32))


def test_no_alignments_have_no_likeness():
    assert patch_likeness(0, [], MadeShot().low.__getitem__, BOX).shape == (0, 20, 24)
