"""What is measured is reduced for a network: what is hidden counts for nothing, a missing side is made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.vfxlib.motion.scenes import window_frames
from tests.vfxlib.motion.sliding import HEIGHT, MIDDLE, SPEED, WIDTH, pairs, views
from vfxlib.motion.known_motion import known_motion
from vfxlib.motion.window_frame import WindowFrame


def frames() -> dict[int, WindowFrame]:
    return window_frames(views(), pairs())


def test_residual_and_camera_are_the_measured_motion_in_pixels_of_the_smaller_picture() -> None:
    known = known_motion(frames()[MIDDLE], (1, -1), margin=0.0, longest=WIDTH // 2)
    assert known.residual.shape == known.camera.shape == (4, HEIGHT // 2, WIDTH // 2)
    total = (known.residual + known.camera)[:, known.known > 0]
    for channel, expected in enumerate((SPEED / 2, 0, -SPEED / 2, 0)):
        assert float(total[channel].mean()) == pytest.approx(expected, abs=0.05)


def test_the_hole_and_its_margin_are_not_known_and_hold_nothing() -> None:
    frame = frames()[MIDDLE]
    near, wide = (known_motion(frame, (1, -1), margin=margin, longest=WIDTH) for margin in (0.0, 12.0))
    assert (near.known[~frame.known] == 0).all()
    assert (near.residual[:, near.known == 0] == 0).all()
    assert wide.known.sum() < near.known.sum()


def test_motion_to_a_neighbour_that_is_not_there_is_the_other_turned_round() -> None:
    known = known_motion(frames()[0], (1,), margin=0.0, longest=WIDTH)
    assert np.array_equal(known.residual[:2], -known.residual[2:])
    assert np.array_equal(known.camera[:2], -known.camera[2:])


def test_where_one_side_is_not_trusted_the_other_speaks_for_it() -> None:
    measured = pairs()
    error = measured[MIDDLE].forward_error.copy()
    error[10:20, 10:20] = 1e4
    measured[MIDDLE] = replace(measured[MIDDLE], forward_error=error)
    known = known_motion(window_frames(views(), measured)[MIDDLE], (1, -1), margin=0.0, longest=WIDTH)
    part = np.s_[:, 12:18, 12:18]
    assert (known.known[part[1:]] > 0).all()
    assert np.array_equal(known.residual[:2][part], -known.residual[2:][part])
