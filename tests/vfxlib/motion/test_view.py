"""A frame as motion estimation sees it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vfxlib.motion.scenes import hole, texture
from vfxlib.image.box import Box
from vfxlib.motion import make_view
from vfxlib.motion.view import grey_of, motion_shape


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


def test_the_whole_view_is_counted_in_bytes() -> None:
    picture, known = np.zeros((20, 30, 3), np.float32), np.ones((20, 30), np.bool_)
    assert make_view(picture, known, fine=False).nbytes == 600 * (12 + 1)
    assert make_view(picture, known).nbytes == 600 * (12 + 1 + 4 + 1)


@pytest.mark.parametrize(
    ("size", "shape"),
    [((1920, 1080), (540, 960)), ((300, 200), (200, 300)), ((4096, 2160), (540, 1024)), ((9, 1), (1, 9))],
)
def test_motion_is_kept_at_540_lines_at_most(size: tuple[int, int], shape: tuple[int, int]) -> None:
    assert motion_shape(Box(0, 0, *size)) == shape


def test_grey_weighs_green_most_and_hands_one_channel_on() -> None:
    assert grey_of(np.array([[[1.0, 0, 0], [0, 1, 0]]], np.float32)).tolist() == [[0.25, 0.5]]
    one = np.random.default_rng(1).random((4, 5, 1)).astype(np.float32)
    assert np.array_equal(grey_of(one), one[..., 0])
