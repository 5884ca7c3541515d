"""A frame as motion estimation sees it."""

from __future__ import annotations

import numpy as np

from tests.vfxlib.motion.scenes import hole, texture
from vfxlib.motion import Motion, make_view


def test_what_is_hidden_never_reaches_the_view() -> None:
    picture = np.repeat(texture(216, 384, 4)[..., None], 3, axis=2)
    known = hole(216, 384, 200, 100)
    one = make_view(picture, known, lines=108)
    picture[~known] = np.nan
    other = make_view(picture, known, lines=108)
    assert one.working.shape == (108, 192, 3)
    assert np.array_equal(one.working, other.working)
    assert np.array_equal(one.known, other.known)


def test_a_small_plate_is_looked_at_as_it_is() -> None:
    picture = texture(90, 160, 4)[..., None]
    view = make_view(picture, np.ones((90, 160), np.bool_))
    assert np.array_equal(view.working, picture)
    assert view.scale == (1, 1)


def test_a_motion_is_read_in_plate_pixels_at_any_point() -> None:
    residual = np.zeros((10, 20, 2), np.float32)
    residual[..., 0] = np.arange(20)
    motion = Motion(np.array([[1, 0, 3], [0, 1, 0], [0, 0, 1.0]]), residual, (40, 20))
    # the plate's pixels 10 and 11 lie under the residual's pixel 5
    assert np.allclose(motion.displacement(np.array([[10.5, 4.0], [11.5, 4.0]])), [[8, 0], [8.5, 0]])
