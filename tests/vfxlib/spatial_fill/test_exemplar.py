"""What patches add to a smooth fill: form, detail and grain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value
from vfxlib.image.picture import Array
from vfxlib.spatial_fill.exemplar import Exemplar, exemplar_inpaint


def _exemplar(picture: Array, gap: NDArray[np.bool_]) -> Exemplar:
    smooth = np.zeros_like(picture)
    smooth[gap] = picture[~gap].mean(axis=0)
    painted = exemplar_inpaint(np.where(gap[..., None], 0, picture), ~gap, gap, smooth, np.random.default_rng(0))
    assert painted is not None
    return painted


def _gap(shape: tuple[int, ...]) -> NDArray[np.bool_]:
    gap = np.zeros(shape[:2], np.bool_)
    gap[40:60, 50:70] = True
    return gap


def test_all_parts_together_are_the_patches_of_a_regular_picture() -> None:
    y, x = np.mgrid[:100, :120]
    picture = np.where(((x // 4 + y // 4) % 2 == 0)[..., None], (0.6, 0.4, 0.2), (0.1, 0.2, 0.3)).astype(np.float32)
    gap = _gap(picture.shape)
    painted = _exemplar(picture, gap)
    whole = painted.smooth + painted.grain + painted.form + painted.detail
    assert np.abs(whole - code_value(picture[gap])).mean() < 0.01


def test_among_grain_and_slopes_only_grain_is_left() -> None:
    noise = np.random.default_rng(1).normal(0, 0.002, (100, 120, 3))
    picture = (0.3 + noise).astype(np.float32)
    painted = _exemplar(picture, _gap(picture.shape))
    assert np.abs(painted.form).max() < 0.002
    assert painted.grain.std() > 0.5 * code_value(picture).std()


def test_without_a_known_patch_there_is_nothing() -> None:
    picture, gap = np.full((20, 20, 3), 0.3, np.float32), np.zeros((20, 20), np.bool_)
    gap[8:12, 8:12] = True
    known = np.zeros_like(gap)
    known[::5, ::5] = True
    assert exemplar_inpaint(picture, known & ~gap, gap, picture, np.random.default_rng(0)) is None
