import numpy as np
import pytest
from PIL import Image

from tests.debian import photograph
from vfxlib.errors import PictureError
from vfxlib.training_pack.decode import read_picture


def saved(path, pixels, **more):
    Image.fromarray(pixels).save(path, **more)
    return path


def test_a_picture_is_read_as_it_was_saved(tmp_path):
    pixels = photograph(32)
    assert np.array_equal(read_picture(saved(tmp_path / "a.png", pixels)).permute(1, 2, 0).numpy(), pixels)
    assert read_picture(saved(tmp_path / "a.jpg", pixels)).shape == (3, 32, 32)


def test_pictures_of_no_use_are_left_aside(tmp_path):
    assert read_picture(saved(tmp_path / "grey.png", photograph(32)[..., 0])) is None
    holes = np.dstack([photograph(32), np.full((32, 32), 255, np.uint8)])
    assert read_picture(saved(tmp_path / "whole.png", holes)) is not None
    holes[3, 3, 3] = 0
    assert read_picture(saved(tmp_path / "holes.png", holes)) is None
    assert read_picture(saved(tmp_path / "a.bmp", photograph(32))) is None


def test_a_damaged_picture_is_an_error(tmp_path):
    path = saved(tmp_path / "a.png", photograph(64))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(PictureError):
        read_picture(path)
