"""EXR headers as a host reads them."""

import numpy as np
import pytest

from plugin.blenderhost.exr_header import read_exr_header
from tests.exr import write
from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr


def test_windows_are_told_in_the_frame_s_own_pixels(tmp_path):
    display, data, path = Box(10, 20, 42, 40), Box(12, 19, 30, 33), tmp_path / "a.exr"
    picture = {"R": np.zeros((14, 18), np.float16)}
    shifted = Box(0, 0, 32, 20)
    inside = Box(data.x0 - 10, data.y0 - 20, data.x1 - 10, data.y1 - 20)
    write_exr(path, display=shifted, origin=(10, 20), data=inside, aspect=2.0, channels=picture, attributes={})
    header = read_exr_header(path)
    assert (header.display, header.data) == (Box(0, 0, display.width, display.height), inside)


@pytest.mark.parametrize(
    ("label", "labelled"),
    [("lin_rec709_scene", True), ("", False), ("unknown", False)],
    ids=["named", "empty", "unknown"],
)
def test_a_file_says_its_colour_or_does_not(tmp_path, label, labelled):
    write(tmp_path / "a.exr", {"R": np.zeros((4, 4), np.float16)}, (4, 4), colorInteropID=label)
    assert read_exr_header(tmp_path / "a.exr").labelled is labelled


def test_what_is_no_exr_or_was_cut_short_is_told(tmp_path):
    path = tmp_path / "a.exr"
    write(path, {"R": np.zeros((4, 4), np.float16)}, (4, 4))
    whole = path.read_bytes()
    for part in (b"", b"PNG", whole[:60], whole[:9], whole[:8] + b"x" * 5000, whole[:8] + b"a\0b\0\xff\xff\xff\x7f"):
        path.write_bytes(part)
        with pytest.raises(PictureError) as told:
            read_exr_header(path)
        assert told.value.fix
    with pytest.raises(PictureError, match="cannot be read"):
        read_exr_header(tmp_path / "none.exr")
    with pytest.raises(PictureError, match="cannot be read"):
        read_exr_header(tmp_path)
