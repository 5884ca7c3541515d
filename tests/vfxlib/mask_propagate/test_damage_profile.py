"""Lines measured to parts of a pixel, on a busy picture."""

import numpy as np
import pytest
import torch
from scipy import ndimage

from vfxlib.colour.acescct import code_value
from vfxlib.image.box import Box
from vfxlib.mask_propagate.damage_features import FrameBeside
from vfxlib.mask_propagate.damage_lines import find_lines
from vfxlib.mask_propagate.damage_profile import box_around, fit_profile, light_around, measure_profile

HEIGHT, WIDTH = 160, 90
RADIUS = 0.8
ROWS = np.arange(HEIGHT)


def matte(centre, strength):
    """Of a line that goes down the whole picture."""
    away = np.abs(np.arange(WIDTH) - (centre + np.zeros(HEIGHT))[:, None])
    return (strength * (RADIUS - away + 0.5).clip(0, 1)).astype(np.float32)


def beside(key, seed):
    """Light 0.9 laid over a texture, beside frames that lie on it but for grain."""
    rng = np.random.default_rng(seed)
    texture = 0.2 * np.exp(ndimage.gaussian_filter(rng.standard_normal((HEIGHT, WIDTH, 3)), (2, 2, 0)))
    frames = [code_value(texture * (1 - key[..., None]) + 0.9 * key[..., None]), *(code_value(texture),) * 4]
    grain = [each + 0.01 * rng.standard_normal(each.shape).astype(np.float32) for each in frames]
    moved = [torch.from_numpy(each.astype(np.float32).transpose(2, 0, 1).copy()) for each in grain]
    return FrameBeside(moved[0], torch.stack(moved[1:]))


def turned(frames):
    return FrameBeside(frames.frame.transpose(1, 2), frames.others.transpose(2, 3))


def seen(line, centre, frames):
    size = frames.frame.shape[1:]
    box = box_around(line, centre, Box(0, 0, size[1], size[0]))
    part = (..., *box.slices(Box(0, 0, size[1], size[0])))
    return light_around(line, centre, FrameBeside(frames.frame[part], frames.others[part]), box)


KEY = matte(40.3, 0.8)
BESIDE = beside(KEY, 1)
(LINE,) = find_lines(KEY)
PROFILE = measure_profile(LINE, KEY, seen(LINE, LINE.centre, BESIDE))


def fitted(centre, strength, off=0.7, seed=2):
    """A fit that starts beside the line."""
    start = centre + off + np.zeros(HEIGHT)
    return fit_profile(LINE, PROFILE, start, seen(LINE, start, beside(matte(centre, strength), seed)))


def test_a_key_tells_what_its_line_is_like():
    assert PROFILE.radius == pytest.approx(RADIUS, abs=0.03)
    assert PROFILE.strength == pytest.approx(0.8, abs=0.02)
    assert PROFILE.measured == pytest.approx(0.8, abs=0.1)
    assert np.allclose(PROFILE.colour, 0.9, atol=0.1)


@pytest.mark.parametrize("centre", [30.0, 30.25, 47.6 + 2 * np.sin(ROWS / 50)], ids=["whole", "part", "bent"])
def test_the_middle_of_a_line_is_found_to_parts_of_a_pixel(centre):
    middle, _ = fitted(centre, 0.7)
    assert np.abs(middle - centre).mean() < 0.1


def test_a_fainter_line_is_narrower():
    centre = 30.0
    (strong, faint) = (fitted(centre, strength)[1].mean() for strength in (0.8, 0.4))
    assert strong == pytest.approx(LINE.half.mean(), abs=0.08)
    assert faint == pytest.approx(RADIUS + 0.5 - 0.25 / 0.4, abs=0.12)


def test_where_nothing_is_seen_the_path_and_the_key_s_width_stay():
    start = 30.0 + np.zeros(HEIGHT)
    middle, half = fit_profile(LINE, PROFILE, start, seen(LINE, start, beside(0 * KEY, 3)))
    assert np.array_equal(middle, start)
    assert np.array_equal(half, LINE.half)


def test_a_line_across_is_measured_as_one_that_runs_down():
    (across,) = find_lines(np.ascontiguousarray(KEY.T))
    around = seen(across, across.centre, turned(BESIDE))
    profile = measure_profile(across, KEY.T, around)
    assert profile.measured == PROFILE.measured
    assert np.array_equal(profile.colour, PROFILE.colour)


def test_a_line_at_the_frame_s_side_is_measured_from_its_one_flank():
    key = matte(0.4, 0.8)
    (line,) = find_lines(key)
    frames = beside(key, 4)
    profile = measure_profile(line, key, seen(line, line.centre, frames))
    middle, _ = fit_profile(line, profile, line.centre, seen(line, line.centre, frames))
    assert np.abs(middle - line.centre).mean() < 0.2
