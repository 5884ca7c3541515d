"""Where a hole's pixels lie in other frames."""

import numpy as np

from tests.vfxlib.residual_hires.shots import SCALES, SIZE, MadeShot
from vfxlib.image.box import Box
from vfxlib.motion import Motion
from vfxlib.residual_hires.alignment import align, follow

BOX = Box(8, 8, 24, 24)
ALL = np.ones((16, 16), np.bool_)


def test_where_the_motion_is_the_registration_there_is_no_departure():
    made = MadeShot()
    found = follow(3, ALL, BOX, SCALES, made.chain, made.motion, 12)
    assert sorted(found) == [-3, -2, -1, 1, 2, 3]
    assert all(departure is None for departure in found.values())


def test_a_flow_of_its_own_departs_more_with_every_frame():
    made = MadeShot()

    def motion(a, b):
        plain = made.motion(a, b)
        return plain and Motion(plain.homography, np.full((9, 12, 2), 0.5 * (b - a), np.float32), SIZE)

    found = follow(3, ALL, BOX, SCALES, made.chain, motion, 2)
    assert np.allclose(found[2], 1.0, atol=1e-4)
    assert np.allclose(found[-1], -0.5, atol=1e-4)
    registered, flowing = align(2, made.between(3, 5), found[2], BOX, SCALES)
    points = np.array([[60.0, 60.0]])
    assert np.allclose(flowing.positions(points) - registered.positions(points), 1.0, atol=1e-4)


def test_nothing_is_followed_across_a_cut():
    made = MadeShot()
    made.cuts = {5}
    assert sorted(follow(3, ALL, BOX, SCALES, made.chain, made.motion, 12)) == [-3, -2, -1, 1]


def test_one_alignment_is_enough_where_both_are_one():
    assert len(align(1, np.eye(3), None, BOX, SCALES)) == 1
