"""DPX, TIFF, PNG and JPEG give the file's own numbers; palettes give their indices; PNG goes out whole."""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813
import pytest
from PIL import Image

from tests.places import SHARED
from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.io.images import INDEX, image_format, read_image, read_image_header

PLATES = SHARED / "plates"


def save(path, pixels, dtype, **attributes):
    height, width, number = pixels.shape
    spec = oiio.ImageSpec(width, height, number, dtype)
    for name, value in attributes.items():
        spec.attribute(name.replace("__", ":"), value)
    target = oiio.ImageOutput.create(str(path))
    assert target.open(str(path), spec), target.geterror()
    assert target.write_image(pixels)
    target.close()
    return path


def numbers(dtype, number, seed=1):
    random = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return (random.random((12, 16, number)) * 40 - 5).astype(dtype)
    return random.integers(0, np.iinfo(dtype).max + 1, (12, 16, number), dtype)


def palette_png(path, indices, colours, depth=8, transparent=b""):
    """A palette PNG, rows unfiltered."""

    def block(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b""
    for row in indices:
        packed = np.array(row, np.uint8)
        per = 8 // depth
        packed = np.pad(packed, (0, -len(packed) % per)).reshape(-1, per)
        shifts = np.arange(per)[::-1] * depth
        rows += b"\0" + (packed << shifts).sum(1).astype(np.uint8).tobytes()
    height, width = np.shape(indices)
    blocks = [block(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 3, 0, 0, 0))]
    blocks.append(block(b"PLTE", bytes(colours)))
    if transparent:
        blocks.append(block(b"tRNS", transparent))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + b"".join(blocks) + block(b"IDAT", zlib.compress(rows)) + block(b"IEND", b"")
    )
    return path


@pytest.mark.parametrize(
    ("suffix", "dtype", "stored", "number"),
    [
        (".png", "uint8", "uint8", 3),
        (".png", "uint16", "uint16", 3),
        (".png", "uint8", "uint8", 1),
        (".png", "uint16", "uint16", 4),
        (".tif", "uint8", "uint8", 3),
        (".tif", "uint16", "uint16", 4),
        (".tif", "float32", "float", 3),
        (".dpx", "uint8", "uint8", 3),
        (".dpx", "uint16", "uint16", 3),
    ],
)
def test_a_frame_comes_in_as_the_numbers_in_the_file(tmp_path, suffix, dtype, stored, number):
    pixels = numbers(dtype, number)
    save(tmp_path / f"a{suffix}", pixels, stored, oiio__UnassociatedAlpha=1)
    frame = read_image(tmp_path / f"a{suffix}", 5)
    names = {1: "Y", 3: "RGB", 4: "RGBA"}[number]
    assert list(frame.channels) == list(names)
    assert frame.number == 5
    for place, name in enumerate(names):
        assert frame.channels[name].dtype == dtype
        assert frame.header.channels[name] == dtype
        assert np.array_equal(frame.channels[name], pixels[..., place])


def test_colour_is_not_multiplied_by_alpha(tmp_path):
    pixels = np.full((4, 4, 4), 200, np.uint8)
    pixels[..., 3] = 0
    save(tmp_path / "a.png", pixels, "uint8", oiio__UnassociatedAlpha=1)
    assert (read_image(tmp_path / "a.png", 1).channels["R"] == 200).all()


@pytest.mark.parametrize("bits", [10, 12])
def test_ten_and_twelve_bits_come_as_the_same_share_of_sixteen(tmp_path, bits):
    codes = np.arange(3 << bits).reshape(-1, 1 << bits, 3) % (1 << bits)
    shares = codes / ((1 << bits) - 1)
    save(tmp_path / "a.dpx", shares.astype(np.float32), "uint16", oiio__BitsPerSample=bits)
    frame = read_image(tmp_path / "a.dpx", 1)
    read = np.stack([frame.channels[name] for name in "RGB"], 2) / 65535
    assert np.abs(read - shares).max() < 1 / 65000
    assert np.array_equal(np.rint(read * ((1 << bits) - 1)), codes)


def test_a_dpx_says_its_rate_time_and_transfer(tmp_path):
    save(
        tmp_path / "a.dpx",
        numbers("uint16", 3),
        "uint16",
        oiio__BitsPerSample=10,
        dpx__FrameRate=23.976,
        smpte__TimeCode="01:02:03:04",
        dpx__Transfer="Printing density",
        Copyright="me",
    )
    header = read_image_header(tmp_path / "a.dpx")
    assert header.format == "dpx"
    assert header.attributes["dpx:Transfer"] == "Printing density"
    assert str(header.attributes["framesPerSecond"]) == "24000/1001"


def test_windows_of_a_tiff_are_kept(tmp_path):
    spec = oiio.ImageSpec(16, 12, 3, "uint8")
    spec.x, spec.y, spec.full_width, spec.full_height = 4, 2, 40, 30
    target = oiio.ImageOutput.create("a.tif")
    assert target.open(str(tmp_path / "a.tif"), spec)
    target.write_image(numbers("uint8", 3))
    target.close()
    header = read_image_header(tmp_path / "a.tif")
    assert header.data == Box(4, 2, 20, 14)
    assert header.display == Box(0, 0, 40, 30)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_palette_numbers_come_exactly_even_where_colours_repeat(tmp_path, depth):
    most = min(2**depth, 200)
    indices = np.random.default_rng(depth).integers(0, most, (9, 13))
    path = palette_png(tmp_path / "a.png", indices, [200, 100, 50] * most, depth)
    frame = read_image(path, 1)
    assert np.array_equal(frame.channels[INDEX], indices)
    assert (frame.channels["R"] == 200).all()
    assert "palette" in frame.header.layout


def test_palette_numbers_come_without_reading_the_colours_and_the_other_way(tmp_path):
    path = palette_png(tmp_path / "a.png", [[0, 1], [1, 0]], [0, 0, 0, 255, 0, 0], transparent=b"\0\xff")
    assert list(read_image(path, 1, [INDEX]).channels) == [INDEX]
    assert list(read_image(path, 1, ["G", "R"]).channels) == ["G", "R"]


@pytest.mark.skipif(not PLATES.is_dir(), reason="the plates of ../shared are not there")
def test_the_ids_of_a_real_palette_matte_are_read():
    frame = read_image(PLATES / "bmx-trees" / "matte" / "00000.png", 0, [INDEX])
    assert np.unique(frame.channels[INDEX]).tolist() == [0, 1, 2]


def test_a_channel_that_is_not_there_is_named_with_what_is(tmp_path):
    save(tmp_path / "a.png", numbers("uint8", 3), "uint8")
    with pytest.raises(PictureError, match="'A' is not in the file") as caught:
        read_image(tmp_path / "a.png", 1, ["A"])
    assert "B, G, R" in caught.value.fix


@pytest.mark.parametrize("suffix", [".png", ".tif", ".dpx", ".jpg"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_cut_file_is_never_a_picture(tmp_path, suffix, share):
    path = save(tmp_path / f"a{suffix}", np.tile(numbers("uint8", 3), (20, 20, 1)), "uint8")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(PictureError, match=r"damaged|neither"):
        read_image(path, 1)


def test_a_header_that_asks_for_too_much_is_refused(tmp_path):
    path = palette_png(tmp_path / "a.png", [[0]], [0, 0, 0])
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", 2**30, 2**30)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)
    with pytest.raises(PictureError, match="damaged"):
        read_image(path, 1)


def test_a_file_is_known_by_its_content(tmp_path):
    save(tmp_path / "a.png", numbers("uint8", 3), "uint8")
    (tmp_path / "a.png").rename(tmp_path / "a.dpx")
    assert image_format(tmp_path / "a.dpx") == "png"
    assert read_image_header(tmp_path / "a.dpx").format == "png"
    (tmp_path / "empty").touch()
    assert image_format(tmp_path / "empty") == ""


@pytest.mark.parametrize("name", ["a.tif", "a.png"])
def test_a_picture_in_a_folder_of_any_name_is_read(tmp_path, name):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    folder.mkdir()
    Image.new("P" if name == "a.png" else "RGB", (8, 8), 5).save(str(folder / name))
    assert read_image(folder / name, 1).header.display.size == (8, 8)


def test_what_a_cut_file_of_any_name_says_is_said(tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png"))
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    with pytest.raises(PictureError, match="damaged"):
        read_image(path, 1)
