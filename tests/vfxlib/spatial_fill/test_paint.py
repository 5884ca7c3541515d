"""Gaps painted with pieces of their surroundings."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value
from vfxlib.image.picture import Array
from vfxlib.spatial_fill.paint import paint_gaps
from vfxlib.spatial_fill.smooth import smooth_inpaint

Mask = NDArray[np.bool_]


def _bricks(height: int = 110, width: int = 130) -> Array:
    """Rows of six pixels, bricks of twelve, every other row shifted by half a brick."""
    y, x = np.mgrid[:height, :width]
    joint = (y % 6 == 0) | ((x + 6 * (y // 6 % 2)) % 12 == 0)
    return np.where(joint[..., None], (0.5, 0.45, 0.4), (0.3, 0.12, 0.08)).astype(np.float32)


def _hole(shape: tuple[int, ...], top: int, left: int, size: int) -> Mask:
    gap = np.zeros(shape[:2], bool)
    gap[top : top + size, left : left + size] = True
    return gap


def _painted(picture: Array, gap: Mask, seed: int = 0) -> Array:
    image = picture.copy()
    image[gap] = np.nan
    return paint_gaps(image, ~gap, gap, seed=seed).colour


def _error(one: Array, other: Array) -> float:
    return float(np.sqrt(np.mean((code_value(one) - code_value(other)) ** 2)))


def test_a_periodic_texture_is_continued() -> None:
    picture = _bricks()
    gap = _hole(picture.shape, 40, 50, 24)
    painted, smooth = _painted(picture, gap), smooth_inpaint(picture, ~gap, gap)
    assert _error(painted, picture[gap]) < 0.1 * _error(smooth, picture[gap])


def test_texture_keeps_more_than_half_of_its_contrast() -> None:
    rng = np.random.default_rng(3)
    picture = (0.18 * np.exp(0.3 * rng.standard_normal((100, 100, 3)))).astype(np.float32)
    gap = _hole(picture.shape, 35, 35, 30)
    painted = code_value(_painted(picture, gap))
    assert painted.std() == pytest.approx(code_value(picture).std(), rel=0.4)


def test_a_gradient_stays_smooth() -> None:
    y, x = np.mgrid[:90, :120].astype(np.float32)
    picture = np.stack([0.2 + x / 400, 0.3 + y / 300, 0.5 + x / 600], axis=2)
    gap = _hole(picture.shape, 30, 40, 30)
    assert np.abs(_painted(picture, gap) - picture[gap]).max() < 0.004


def test_a_gradient_gets_the_grain_that_surrounds_it() -> None:
    rng = np.random.default_rng(4)
    x = np.mgrid[:100, :120][1]
    slope = np.repeat((0.2 + x / 600)[..., None], 3, axis=2).astype(np.float32)
    picture = slope + (0.004 * rng.standard_normal(slope.shape)).astype(np.float32)
    gap = _hole(picture.shape, 35, 45, 30)
    painted = _painted(picture, gap) - slope[gap]
    assert 0.003 < painted.std() < 0.005
    assert abs(painted.mean()) < 0.001


def test_light_far_above_one_and_below_zero_survives() -> None:
    picture = _bricks() * 500
    picture[..., 2] = -0.05
    gap = _hole(picture.shape, 40, 50, 24)
    painted = _painted(picture, gap)
    assert painted[:, 0].max() > 200
    np.testing.assert_allclose(painted[:, 2], -0.05, atol=0.005)


def test_the_same_seed_gives_the_same_bits() -> None:
    picture = _bricks() + np.random.default_rng(5).normal(0, 0.01, (110, 130, 3)).astype(np.float32)
    gap = _hole(picture.shape, 40, 50, 20)
    assert _painted(picture, gap, seed=7).tobytes() == _painted(picture, gap, seed=7).tobytes()


def test_what_is_in_the_gap_or_unknown_is_never_looked_at() -> None:
    picture = _bricks()
    gap = _hole(picture.shape, 40, 50, 20)
    unknown = _hole(picture.shape, 45, 72, 15)
    outcomes = []
    for value in (0.0, 1e30, np.nan, -np.inf):
        image = picture.copy()
        image[gap | unknown] = value
        outcomes.append(paint_gaps(image, ~unknown, gap, seed=0).colour)
    assert len({outcome.tobytes() for outcome in outcomes}) == 1


def test_the_pictures_given_are_left_alone() -> None:
    picture = _bricks()
    gap = _hole(picture.shape, 40, 50, 20)
    known = ~gap
    before = picture.copy()
    paint_gaps(picture, known, gap, seed=0)
    np.testing.assert_array_equal(picture, before)
    np.testing.assert_array_equal(known, ~gap)


@pytest.mark.parametrize(
    ("height", "width", "top", "left", "size"),
    [(60, 60, 0, 0, 25), (60, 60, 35, 35, 25), (30, 90, 0, 30, 30), (7, 7, 3, 3, 1), (3, 3, 0, 0, 2), (1, 1, 0, 0, 1)],
)
def test_edges_and_tiny_pictures_work(height: int, width: int, top: int, left: int, size: int) -> None:
    picture = _bricks(height, width)
    gap = _hole(picture.shape, top, left, size)
    painted = _painted(picture, gap)
    assert painted.shape == (np.count_nonzero(gap), 3)
    assert np.isfinite(painted).all()


def test_no_gap_gives_nothing() -> None:
    picture = _bricks(20, 20)
    gap = np.zeros((20, 20), bool)
    assert paint_gaps(picture, ~gap, gap, seed=0).colour.shape == (0, 3)


def test_what_is_painted_promises_the_error_that_it_has() -> None:
    rng = np.random.default_rng(6)
    rough = (0.18 * np.exp(0.5 * rng.standard_normal((120, 140, 3)))).astype(np.float32)
    for picture in (rough, _bricks(120, 140)):
        gap = _hole(picture.shape, 50, 60, 24)
        paint = paint_gaps(np.where(gap[..., None], np.nan, picture).astype(np.float32), ~gap, gap, seed=0)
        found = np.abs(code_value(paint.colour) - code_value(picture[gap])).mean()
        assert paint.error.mean() == pytest.approx(found, rel=0.3, abs=0.002)


def test_nobody_vouches_for_what_could_not_be_judged() -> None:
    picture = _bricks(40, 40)
    gap = _hole(picture.shape, 4, 4, 32)
    assert (paint_gaps(picture, ~gap, gap, seed=0).error == np.float32(0.1)).all()


def test_things_that_do_not_repeat_are_not_put_into_the_gap() -> None:
    rng = np.random.default_rng(8)
    y, x = np.mgrid[:160, :200].astype(np.float32)
    picture = np.full((160, 200, 3), 0.2, np.float32)
    for _ in range(60):  # discs of any colour and size, none like another
        middle, size = rng.uniform((0, 0), (160, 200)), rng.uniform(4, 14)
        picture[np.hypot(y - middle[0], x - middle[1]) < size] = rng.uniform(0.02, 0.9, 3)
    gap = _hole(picture.shape, 60, 80, 40)
    painted, smooth = _painted(picture, gap), smooth_inpaint(picture, ~gap, gap)
    assert _error(painted, picture[gap]) < 1.15 * _error(smooth, picture[gap])


def test_patches_are_not_trusted_where_the_gap_s_own_rim_is_another_thing_than_what_lies_beside_it() -> None:
    picture, rng = _bricks(160, 200), np.random.default_rng(0)
    thing = picture[50:100, 70:120]
    thing[:] = 0.2
    y, x = np.mgrid[:50, :50]
    for _ in range(40):
        middle, size = rng.uniform(0, 50, 2), rng.uniform(3, 8)
        thing[np.hypot(y - middle[0], x - middle[1]) < size] = rng.uniform(0.02, 0.9, 3)
    gap = _hole(picture.shape, 60, 80, 30)
    painted, smooth = _painted(picture, gap), smooth_inpaint(picture, ~gap, gap)
    assert _error(painted, picture[gap]) < 1.15 * _error(smooth, picture[gap])


def test_a_large_gap_is_judged_at_a_reduced_size() -> None:
    picture = _bricks(260, 320)
    gap = _hole(picture.shape, 90, 110, 80)
    paint = paint_gaps(np.where(gap[..., None], np.nan, picture).astype(np.float32), ~gap, gap, seed=0)
    assert paint.error.shape == (6400,)
    assert paint.error.max() < 0.1


def test_without_a_known_patch_the_fill_is_smooth() -> None:
    picture = _bricks(40, 40)
    known = np.zeros((40, 40), bool)
    known[::5, ::5] = True
    gap = _hole(picture.shape, 10, 10, 15) & ~known
    np.testing.assert_array_equal(paint_gaps(picture, known, gap, seed=0).colour, smooth_inpaint(picture, known, gap))


def test_several_gaps_are_each_painted_from_what_surrounds_them() -> None:
    picture = _bricks(110, 260)
    picture[:, 130:] *= np.array([0.2, 1.0, 3.0], np.float32)
    gap = _hole(picture.shape, 40, 40, 20) | _hole(picture.shape, 40, 200, 20)
    painted = _painted(picture, gap)
    assert _error(painted, picture[gap]) < 0.03
