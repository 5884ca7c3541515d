"""Pixels that nobody saw."""

import numpy as np

from vfxlib.spatial_fill.smooth import smooth_inpaint


def scene():
    image = np.full((60, 80, 3), 0.2, np.float32)
    gap = np.zeros((60, 80), bool)
    gap[20:40, 30:50] = True
    return image, gap


def test_a_flat_wall_is_closed_by_the_same_wall():
    image, gap = scene()
    assert np.allclose(smooth_inpaint(image, ~gap, gap), 0.2, rtol=1e-4)


def test_a_lamp_at_the_rim_does_not_shine_over_the_gap():
    image, gap = scene()
    image[19, 40] = 500.0
    assert np.median(smooth_inpaint(image, ~gap, gap)) < 1.0


def test_nan_inf_and_the_object_stay_out():
    image, gap = scene()
    known = ~gap
    known[18:42, 28:52] = False
    image[~known] = 9.0
    image[10, 10], image[45, 45] = np.nan, np.inf
    assert np.allclose(smooth_inpaint(image, known, gap), 0.2, rtol=1e-3)


def test_negative_light_is_no_trouble():
    image, gap = scene()
    assert np.allclose(smooth_inpaint(-image, ~gap, gap), -0.2, rtol=1e-3)


def test_where_nothing_is_known_the_fill_is_black():
    image, gap = scene()
    assert (smooth_inpaint(image, np.zeros_like(gap), gap) == 0).all()
