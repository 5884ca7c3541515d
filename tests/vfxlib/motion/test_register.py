"""One homography for the background."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vfxlib.motion.scenes import hole, moved, texture
from vfxlib.motion import View, make_view
from vfxlib.motion.field import project
from vfxlib.motion.register import register

HEIGHT, WIDTH = 120, 200
CORNERS = np.array([[0, 0], [199, 0], [0, 119], [199, 119]], np.float64)
PAN = np.array([[1, 0, -6.0], [0, 1, 2.5], [0, 0, 1]])


def view(x: float = 0.0, y: float = 0.0, seed: int = 3, *, fine: bool = True) -> View:
    image = moved(texture(200, 300, seed), np.array([[1, 0, 50 + x], [0, 1, 40 + y], [0, 0, 1.0]]), (WIDTH, HEIGHT))
    return make_view(image[..., None], hole(HEIGHT, WIDTH, 100, 60), fine=fine)


def test_a_pan_is_found_by_its_features_alone_and_better_by_the_plate_s_pixels() -> None:
    for fine, close in ((False, 0.5), (True, 0.05)):
        found = register(view(fine=fine), view(6.0, -2.5, fine=fine))
        assert np.abs(project(found.homography, CORNERS) - project(PAN, CORNERS)).max() < close
        assert found.inliers > 50


def test_a_camera_that_stands_still_is_exactly_still() -> None:
    rng = np.random.default_rng(1)
    one = view()
    other = make_view(
        one.working + rng.normal(0, 0.003, one.working.shape).astype(np.float32), hole(HEIGHT, WIDTH, 100, 60)
    )
    assert np.array_equal(register(one, other).homography, np.eye(3))


def test_two_shots_have_next_to_no_inliers() -> None:
    assert register(view(seed=1), view(seed=2)).inliers < 12


def test_a_flat_picture_is_the_identity_without_inliers() -> None:
    flat = make_view(np.full((HEIGHT, WIDTH, 1), 0.4, np.float32), np.ones((HEIGHT, WIDTH), np.bool_))
    found = register(flat, flat)
    assert np.array_equal(found.homography, np.eye(3))
    assert found.inliers == 0


@pytest.mark.parametrize("row", [[1, 0, 0], [np.nan, 0, 0]])
def test_a_map_that_has_no_way_back_is_the_identity_without_inliers(
    row: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    flat = np.array([row, [0, 0, 20], [0, 0, 1]], np.float64)
    monkeypatch.setattr(
        "vfxlib.motion.register.cv2.findHomography", lambda a, b, *_: (flat, np.ones((len(a), 1), np.uint8))
    )
    found = register(view(fine=False), view(6.0, -2.5, fine=False))
    assert np.array_equal(found.homography, np.eye(3))
    assert found.inliers == 0
