"""Dense flow between two pictures."""

from __future__ import annotations

import numpy as np

from tests.vfxlib.motion.scenes import moved, texture
from vfxlib.motion.dense import as_bytes, dense_flow, dis_flow


def shifted(x: float) -> tuple[np.ndarray, np.ndarray]:
    big = texture(90, 160, 3)
    views = [moved(big, np.array([[1, 0, 16.0 + s], [0, 1, 12], [0, 0, 1]]), (128, 64)) for s in (0.0, -x)]
    return views[0], views[1]


def test_flow_leads_from_the_first_picture_to_the_second_x_right_y_down() -> None:
    first, second = (np.repeat(view[..., None], 3, axis=2) for view in shifted(2.5))
    flow = dense_flow(first, second)
    assert flow.shape == (64, 128, 2)
    assert flow.dtype == np.float32
    assert np.abs(np.median(flow[8:-8, 8:-8], axis=(0, 1)) - [2.5, 0]).max() < 0.15


def test_light_outside_of_0_to_1_is_clipped() -> None:
    first, second = (np.repeat(view[..., None], 3, axis=2) for view in shifted(1.0))
    second[10:14, 10:14] = 50.0
    assert np.isfinite(dense_flow(first - 1.0, second)).all()


def test_the_same_pictures_give_the_same_bits() -> None:
    first, second = ((view * 255).astype(np.uint8) for view in shifted(2.0))
    assert np.array_equal(dis_flow(first, second, None), dis_flow(first, second, None))
    assert not dis_flow(first, first, None).any()


def test_pictures_are_stretched_by_what_is_known_in_the_first() -> None:
    a, b = np.linspace(0.2, 0.6, 100, dtype=np.float32).reshape(10, 10), np.full((10, 10), 0.4, np.float32)
    first, second = as_bytes(np.ones((10, 10), np.bool_), a, b)
    assert (first[0, 0], first[-1, -1]) == (0, 255)
    assert abs(int(second[0, 0]) - 127) <= 2


def test_what_is_unknown_stretches_nothing() -> None:
    picture = np.linspace(0.2, 0.6, 100, dtype=np.float32).reshape(10, 10)
    known = np.ones((10, 10), np.bool_)
    known[9] = False
    wild = picture.copy()
    wild[9] = 7.0
    np.testing.assert_array_equal(as_bytes(known, wild)[0][:9], as_bytes(known, picture)[0][:9])
    assert as_bytes(np.zeros_like(known), picture)[0].max() <= 255
