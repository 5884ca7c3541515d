"""A homography refined on the plate's own pixels."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vfxlib.motion.scenes import hole, moved, texture
from vfxlib.motion.field import project
from vfxlib.motion.refine import refine_homography
from vfxlib.motion.view import Fine

SIZE = (160, 100)
CORNERS = np.array([[0, 0], [159, 0], [0, 99], [159, 99]], np.float64)
AT = np.array([[1, 0, 60.0], [0, 1, 50], [0, 0, 1]])
TRUTH = np.array([[1.004, -0.006, 1.3], [0.006, 1.004, -0.7], [0, 0, 1.0]])


def frames(gain: float = 1.0, offset: float = 0.0) -> tuple[Fine, Fine]:
    big = texture(220, 300, 3)
    first = moved(big, AT, SIZE)
    second = moved(big, AT @ np.linalg.inv(TRUTH), SIZE)
    known = hole(100, 160, 60, 50)
    return Fine(first, known), Fine((gain * second + offset).astype(np.float32), known)


def error(homography: np.ndarray) -> float:
    return float(np.abs(project(homography, CORNERS) - project(TRUTH, CORNERS)).max())


@pytest.mark.parametrize(("gain", "offset"), [(1.0, 0.0), (1.1, -0.03)])
def test_a_start_that_is_off_by_a_pixel_comes_within_a_twentieth_also_in_other_light(
    gain: float, offset: float
) -> None:
    assert error(np.eye(3)) > 1
    assert error(refine_homography(*frames(gain, offset), np.eye(3), 10.0)) < 0.05


def test_it_never_goes_farther_than_it_may() -> None:
    start = np.eye(3)
    assert refine_homography(*frames(), start, 0.1) is start


def test_with_too_little_to_see_the_start_stays() -> None:
    flat = Fine(np.full((100, 160), 0.4, np.float32), np.ones((100, 160), np.bool_))
    start = np.eye(3)
    assert refine_homography(flat, flat, start, 10.0) is start


def test_what_is_not_known_is_not_compared() -> None:
    a, b = frames()
    before = refine_homography(a, b, np.eye(3), 10.0)
    noisy = b.grey.copy()
    noisy[40:60, 50:70] = np.random.default_rng(1).random((20, 20))
    after = refine_homography(a, Fine(noisy, b.known), np.eye(3), 10.0)
    assert np.allclose(before, after, atol=1e-3)
