"""A plate that is made has a clean plate that is known."""

import numpy as np

from benchmarks.bench.pan import Pan, decode, made_up_photo, make_pan
from tests.benchmarks.conftest import read
from vfxlib.image.pixel_types import as_float
from vfxlib.io.footage import rgb
from vfxlib.metrics.hole import srgb


def test_a_pan_is_its_own_truth_outside_the_matte(pan):
    for plate, truth, matte in zip(*pan, strict=True):
        assert np.array_equal(plate[matte == 0], truth[matte == 0])
        assert not np.array_equal(plate[matte == 1], truth[matte == 1])


def test_a_pan_moves_and_a_still_one_does_not(pan, tmp_path):
    make_pan(tmp_path, Pan((192, 108), 2, still=True))
    first, second = (as_float(rgb(frame)) for frame in read(tmp_path / "truth"))
    assert np.abs(first - second).mean() < 0.02
    assert np.abs(pan[1][0] - pan[1][4]).mean() > 0.05


def test_decoding_takes_off_what_encoding_put_on():
    light = np.linspace(0, 1, 101, dtype=np.float32)
    assert np.allclose(decode(srgb(light)), light, atol=1e-6)


def test_a_made_up_photo_is_the_same_every_time():
    assert np.array_equal(made_up_photo(96, 54), made_up_photo(96, 54))
    assert made_up_photo(96, 54).shape == (54, 96, 3)
