"""Pictures read between pixels, in double precision."""

import numpy as np

from vfxlib.image.bilinear import bilinear

IMAGE = np.random.default_rng(1).random((7, 9, 2)).astype(np.float32)


def test_at_a_pixel_s_centre_it_is_that_pixel():
    y, x = np.mgrid[:7, :9]
    read = bilinear(IMAGE, x.ravel().astype(float), y.ravel().astype(float))
    assert read.dtype == np.float64
    assert np.array_equal(read.reshape(7, 9, 2), IMAGE)


def test_a_slope_is_read_exactly_between_pixels():
    y, x = np.mgrid[:7, :9].astype(np.float32)
    at_x, at_y = np.array([0.25, 3.7, 7.999]), np.array([5.5, 0.125, 2.0])
    assert np.allclose(bilinear(np.stack([2 * x - y], 2), at_x, at_y)[:, 0], 2 * at_x - at_y, atol=1e-12)


def test_beyond_the_edge_the_edge_is_held():
    read = bilinear(IMAGE, np.array([-5.0, 99.0]), np.array([-1.0, 50.0]))
    assert np.array_equal(read, [IMAGE[0, 0], IMAGE[-1, -1]])


def test_one_row_one_column_and_one_pixel_are_enough():
    for image in (IMAGE[:1], IMAGE[:, :1], IMAGE[:1, :1]):
        assert np.isfinite(bilinear(image, np.array([0.5, 3.0]), np.array([2.5, 0.0]))).all()


def test_a_point_that_is_lost_reads_something_finite():
    assert np.isfinite(bilinear(IMAGE, np.array([np.nan]), np.array([2.0]))).all()
