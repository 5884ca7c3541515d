"""A key frame's paint survives its file, and so does what an artist has made of it."""

import numpy as np
import pytest
import torch

from nodes.processors.paint_file import AROUND, read_key, write_key
from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.io.exr import read_attribute, read_channels, write_exr
from vfxlib.pipeline.fingerprint import FINGERPRINT

WINDOW = Box(-3, -2, 25, 18)


def made(hole):
    rng = np.random.default_rng(1)
    clean = rng.random((WINDOW.height, WINDOW.width, 3), np.float32) * 100
    known = rng.random(hole.shape) > 0.2
    return clean, known, hole & known


def hole_of(rows, columns):
    hole = np.zeros((WINDOW.height, WINDOW.width), np.bool_)
    hole[rows, columns] = True
    return hole


def test_the_hole_and_what_lies_around_it_come_back_as_they_were(tmp_path):
    hole = hole_of(slice(8, 12), slice(10, 15))
    clean, known, paint = made(hole)
    write_key(tmp_path / "paint.0001.exr", clean, known, paint, hole, WINDOW, "f" * 64)
    found = read_key(tmp_path / "paint.0001.exr")
    assert found.window == Box(7, 6, 12, 10).grown(AROUND) & WINDOW
    part = found.window.slices(WINDOW)
    assert np.array_equal(found.pixels, clean[part])
    assert np.array_equal(found.known, known[part])
    assert read_attribute(tmp_path / "paint.0001.exr", FINGERPRINT) == "f" * 64
    assert np.array_equal(read_channels(tmp_path / "paint.0001.exr", 1).channels["paint.A"] > 0, paint[part])


def test_a_hole_at_the_picture_s_corner_keeps_its_place_outside_the_display_window(tmp_path):
    hole = hole_of(slice(0, 2), slice(0, 3))
    clean, known, paint = made(hole)
    write_key(tmp_path / "a.exr", clean, known, paint, hole, WINDOW, "f")
    found = read_key(tmp_path / "a.exr")
    assert found.window == Box(-3, -2, 4, 4)
    assert np.array_equal(found.pixels, clean[:6, :7])


def test_a_file_without_alpha_is_known_everywhere_and_may_be_copied_from(tmp_path):
    box = Box(0, 0, 6, 5)
    channels = {name: np.full((5, 6), 0.5, np.float16) for name in "RGB"}
    write_exr(tmp_path / "a.exr", display=box, origin=(0, 0), data=box, aspect=1.0, channels=channels, attributes={})
    found = read_key(tmp_path / "a.exr")
    assert found.known.all()
    assert found.pixels.dtype == np.float32
    assert found.source(torch.device("cpu")) is not None


def test_a_file_that_has_lost_a_colour_is_refused_by_name(tmp_path):
    box = Box(0, 0, 6, 5)
    channels = {name: np.full((5, 6), 0.5, np.float16) for name in "RBA"}
    write_exr(tmp_path / "a.exr", display=box, origin=(0, 0), data=box, aspect=1.0, channels=channels, attributes={})
    with pytest.raises(PictureError, match=r"a\.exr: channel 'G' is not in the file"):
        read_key(tmp_path / "a.exr")
