"""Headers of EXR files: read without the library, and no size is believed that the file cannot hold."""

import struct

import pytest

from tests.vfxlib.io.exr_files import ZIP, noise, plain, write
from vfxlib.errors import PictureError
from vfxlib.io.exr import read_channels, read_header
from vfxlib.io.exr_header import MAGIC, parse_headers, read_headers
from vfxlib.io.footage import open_footage


def test_one_part_says_its_windows_channels_and_chunks(good):
    header = read_headers(good)
    (part,) = header.parts
    assert not header.multipart
    assert (part.data_window, part.display_window) == ((0, 0, 63, 47), (0, 0, 63, 47))
    assert (part.width, part.height, part.lines, part.chunks) == (64, 48, 16, 3)
    assert [(entry.name, entry.dtype, entry.sampling) for entry in part.channels] == [("R", "float32", (1, 1))]
    assert part.tile is None
    assert not part.deep


def test_every_part_has_its_own_header_and_the_tables_begin_behind_the_last(tmp_path):
    path = tmp_path / "a.exr"
    plain(path, [(ZIP, {"R": noise(1, "f2")}, "one"), (ZIP, {"Z": noise(2, "f4")}, "two")])
    header = read_headers(path)
    assert header.multipart
    assert [part.name for part in header.parts] == ["one", "two"]
    data = path.read_bytes()
    assert data[header.end - 1] == 0
    (first,) = struct.unpack_from("<Q", data, header.end)
    assert first == header.end + 8 * sum(part.chunks for part in header.parts)


def test_a_long_header_is_read_to_its_end_and_no_pixel_with_it(tmp_path):
    path = tmp_path / "a.exr"
    write(path, {"R": noise(1, "f2")}, attributes={"big": "x" * 300_000})
    assert len(read_headers(path).parts[0].attributes["big"].data) == 300_000
    assert read_headers(path) == parse_headers(path, path.read_bytes())


@pytest.mark.parametrize("size", [0, 3, 4, 7, 8, 60])
def test_a_file_that_ends_inside_its_header_is_damaged(good, size):
    good.write_bytes(good.read_bytes()[:size])
    with pytest.raises(PictureError, match=r"damaged EXR: the file (is empty|ends inside its header)"):
        read_headers(good)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(MAGIC + b"\x02", MAGIC + b"\x03", "version 3", id="version"),
        pytest.param(b"compression\0compression\0\x01\0\0\0\x03", None, "compression 99", id="compression"),
        pytest.param(b"pixelAspectRatio\0", b"pixelAspectRatiX\0", "no usable pixelAspectRatio", id="attribute"),
        pytest.param(b"chlist\0", b"chlisX\0", "no usable channels", id="channels"),
    ],
)
def test_what_a_header_must_say_and_does_not_is_named(good, old, new, message):
    data = good.read_bytes()
    assert old in data
    good.write_bytes(data.replace(old, old[:-1] + b"\x63" if new is None else new, 1))
    with pytest.raises(PictureError, match=message) as caught:
        read_headers(good)
    assert caught.value.where == str(good)


@pytest.mark.parametrize(
    ("window", "message"),
    [
        pytest.param((0, 0, 2**30 - 2, 2**30 - 2), "more than Paintout reads", id="an exabyte"),
        pytest.param((0, 0, 32767, 16383), "chunks are not there", id="as large as allowed, in a small file"),
        pytest.param((0, 0, 2**23, 47), "its chunks cannot hold that", id="rows too wide for what is there"),
        pytest.param((5, 5, 4, 9), "not possible", id="turned inside out"),
        pytest.param((-(2**31), 0, 2**31 - 1, 9), "not possible", id="overflow"),
    ],
)
def test_a_header_that_asks_for_more_than_the_file_holds_is_refused(good, window, message):
    data = good.read_bytes()
    at = data.index(b"dataWindow\0box2i\0") + len(b"dataWindow\0box2i\0") + 4
    good.write_bytes(data[:at] + struct.pack("<4i", *window) + data[at + 16 :])
    with pytest.raises(PictureError, match=message):
        read_channels(good, 1)


def test_what_is_no_exr_is_said_to_be_none(tmp_path):
    path = tmp_path / "a.exr"
    path.write_text("this is a text file")
    with pytest.raises(PictureError, match="not an EXR"):
        read_header(path)
    with pytest.raises(PictureError, match="neither EXR"):
        open_footage(path).header(1)
    with pytest.raises(PictureError, match="cannot be read"):
        read_header(tmp_path / "absent.exr")
