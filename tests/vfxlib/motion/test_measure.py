"""Motion between two frames, on what both know."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.vfxlib.motion.scenes import hole, moved, shoot, texture
from vfxlib.motion import make_view, measure
from vfxlib.motion.field import project
from vfxlib.motion.measure import UNMEASURED

CORNERS = np.array([[0, 0], [319, 0], [0, 179], [319, 179]], np.float64)


def roll_and_zoom(t: int) -> np.ndarray:
    angle, zoom = 0.01 * t, 1 - 0.01 * t
    c, s = zoom * np.cos(angle), zoom * np.sin(angle)
    return np.array([[c, -s, 60 + 3.3 * t], [s, c, 40 - 1.7 * t], [1e-5 * t, 0, 1]])


def test_a_locked_camera_is_exactly_still() -> None:
    plain = texture(180, 320, 1)
    grain = np.random.default_rng(2)
    frames = [(plain + 0.01 * grain.standard_normal(plain.shape)).astype(np.float32) for _ in range(2)]
    _, pairs = shoot(frames, [hole(180, 320, 100 + 9 * t, 90) for t in range(2)])
    assert np.array_equal(pairs[0].forward.homography, np.eye(3))
    assert pairs[0].forward.residual is None
    assert pairs[0].backward.residual is None


@pytest.mark.parametrize("lines", [540, 120])
def test_a_moving_camera_is_found_to_a_twentieth_of_a_pixel_whatever_the_view_size(lines: int) -> None:
    big = texture(300, 480, 3)
    maps = [roll_and_zoom(t) for t in range(2)]
    _, pairs = shoot([moved(big, m, (320, 180)) for m in maps], [hole(180, 320, 100, 90)] * 2, lines)
    truth = np.linalg.inv(maps[1]) @ maps[0]
    assert np.abs(project(pairs[0].forward.homography, CORNERS) - project(truth, CORNERS)).max() < 0.05
    assert pairs[0].forward.residual is None


@pytest.mark.parametrize("seed", [0, 2])
def test_grain_is_no_motion_of_its_own_however_well_it_can_be_matched(seed: int) -> None:
    big, grain = texture(300, 480, 3), np.random.default_rng(seed)
    frames = [
        (moved(big, roll_and_zoom(t), (320, 180)) + 0.03 * grain.standard_normal((180, 320))).astype(np.float32)
        for t in range(2)
    ]
    _, pairs = shoot(frames, [hole(180, 320, 100, 90)] * 2)
    assert pairs[0].forward.residual is None
    assert pairs[0].backward.residual is None


def test_bright_light_does_not_move_the_registration() -> None:
    big = texture(300, 480, 3)
    frames = [moved(big, roll_and_zoom(t), (320, 180)) for t in range(2)]
    frames[1][60:70, 200:210] = 1e6
    frames[0][20, 20] = np.inf
    frames[0][21, 21] = np.nan
    _, pairs = shoot(frames, [hole(180, 320, 100, 90)] * 2)
    truth = np.linalg.inv(roll_and_zoom(1)) @ roll_and_zoom(0)
    assert np.abs(project(pairs[0].forward.homography, CORNERS) - project(truth, CORNERS)).max() < 0.05


def test_what_lies_under_the_matte_changes_no_bit() -> None:
    big = texture(300, 480, 3)
    frames = [moved(big, roll_and_zoom(t), (320, 180)) for t in range(2)]
    known = [hole(180, 320, 100, 90), hole(180, 320, 110, 90)]
    _, one = shoot(frames, known)
    for frame, k in zip(frames, known, strict=True):
        frame[~k] = np.random.default_rng(1).random(int((~k).sum()))
    _, other = shoot(frames, known)
    assert np.array_equal(one[0].forward.homography, other[0].forward.homography)
    assert np.array_equal(one[0].forward_error, other[0].forward_error)


def test_motion_near_a_matte_is_not_measured() -> None:
    plain = texture(180, 320, 1)
    _, pairs = shoot([plain, plain], [hole(180, 320, 100, 90)] * 2)
    assert (pairs[0].forward_error[90, 84 - 11 : 116 + 11] == UNMEASURED).all()
    assert pairs[0].forward_error[20, 250] < 0.5


def test_a_thing_that_moves_keeps_its_motion_while_the_rest_stands_exactly_still() -> None:
    plain, thing = texture(180, 320, 1), texture(60, 60, 9)
    frames = [plain.copy(), plain.copy()]
    frames[0][100:160, 200:260] = thing
    frames[1][100:160, 203:263] = thing
    _, pairs = shoot(frames, [hole(180, 320, 80, 60)] * 2)
    assert np.array_equal(pairs[0].forward.homography, np.eye(3))
    at = np.array([[228.0, 130.0]])
    assert np.abs(pairs[0].forward.displacement(at) - [[3, 0]]).max() < 0.2
    residual = pairs[0].forward.residual
    assert residual is not None
    assert not residual[:60, :120].any()


def test_nothing_to_see_is_no_motion() -> None:
    grey = np.full((180, 320), 0.4, np.float32)
    _, pairs = shoot([grey, grey], [hole(180, 320, 100, 90)] * 2)
    assert np.array_equal(pairs[0].forward.homography, np.eye(3))
    assert pairs[0].forward.residual is None


def test_the_number_of_threads_changes_no_bit() -> None:
    big = texture(300, 480, 3)
    frames = [moved(big, roll_and_zoom(t), (320, 180)) for t in range(2)]
    views = [make_view(f[..., None], hole(180, 320, 100, 90)) for f in frames]
    one = measure(views[0], views[1])
    assert cv2.getNumThreads() == 1
    two = measure(views[0], views[1])
    assert np.array_equal(one.forward.homography, two.forward.homography)
    assert np.array_equal(one.forward_error, two.forward_error)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (9, 9), (16, 40), (33, 7)])
@pytest.mark.parametrize("hidden", ["nothing", "half", "all"])
def test_tiny_and_hidden_pictures_have_finite_motion(shape: tuple[int, int], hidden: str) -> None:
    known = np.ones(shape, np.bool_)
    known[:, : {"nothing": 0, "half": shape[1] // 2, "all": shape[1]}[hidden]] = False
    generator = np.random.default_rng(1)
    _, pairs = shoot([generator.random(shape, np.float32) for _ in range(2)], [known, known])
    assert np.isfinite(pairs[0].forward.displacement(np.zeros((1, 2)))).all()
