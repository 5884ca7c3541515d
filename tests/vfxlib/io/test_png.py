"""A PNG is written whole, or not at all."""

import numpy as np
import OpenImageIO as oiio  # noqa: N813
import pytest

from vfxlib.errors import OutputError
from vfxlib.io.png import write_png


@pytest.mark.parametrize("shape", [(7, 5, 3), (1, 1, 3), (4, 9, 3)])
def test_a_written_png_comes_back_the_same(tmp_path, shape):
    pixels = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    write_png(tmp_path / "a.png", pixels)
    source = oiio.ImageInput.open(str(tmp_path / "a.png"))
    assert np.array_equal(source.read_image("uint8").reshape(shape), pixels)
    source.close()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]


def test_a_png_in_a_place_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write_png(tmp_path / "file" / "sheet.png", np.zeros((2, 2, 3), np.uint8))
