"""Chunks: all are there before a pixel is decoded, and one part of many is a file of its own."""

import struct
from dataclasses import replace

import OpenEXR
import pytest

from tests.vfxlib.io.exr_files import ZIP, noise, plain, same
from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.io.exr import read_channels
from vfxlib.io.exr_chunks import check_chunks, single_part
from vfxlib.io.exr_header import ChannelEntry, StoredAttribute, parse_headers, read_headers

TALL = Box(0, 0, 20, 40)


def parts(path):
    """A file of two parts, its bytes and its headers."""
    planes = {"R": noise(1, "f2", TALL)}, {"Z": noise(2, "f4", TALL)}
    plain(path, [(ZIP, channels, name) for channels, name in zip(planes, ("one", "two"), strict=True)])
    data = path.read_bytes()
    return data, parse_headers(path, data)


def test_the_chunks_of_a_part_follow_each_other_to_the_end_of_the_file(good):
    data = good.read_bytes()
    header = parse_headers(good, data)
    spans = check_chunks(good, header, 0, data)
    assert spans[0][0] == header.end + 8 * 3
    assert [end for _, end in spans] == [*(begin for begin, _ in spans[1:]), len(data)]


def test_one_part_of_many_is_a_file_with_the_same_pixels(tmp_path):
    path = tmp_path / "a.exr"
    data, header = parts(path)
    alone = tmp_path / "alone.exr"
    whole, names = single_part(header, 1, check_chunks(path, header, 1, data), data)
    alone.write_bytes(whole)
    assert names == {"Z": "Z"}
    (part,) = read_headers(alone).parts
    assert not read_headers(alone).multipart
    assert [entry.name for entry in part.channels] == ["Z"]
    assert same(read_channels(alone, 1).channels["Z"], noise(2, "f4", TALL))


def test_a_file_of_one_part_is_handed_on_with_its_chunks_and_what_they_need(good):
    data = good.read_bytes()
    header = parse_headers(good, data)
    spans = check_chunks(good, header, 0, data)
    whole, _ = single_part(header, 0, spans, data)
    assert whole.endswith(data[spans[0][0] :])
    assert set(parse_headers(good, whole).parts[0].attributes) == {
        *("channels", "compression", "dataWindow", "displayWindow", "lineOrder", "pixelAspectRatio"),
        *("screenWindowCenter", "screenWindowWidth"),
    }


def test_names_of_channels_that_are_no_utf8_keep_their_order(good):
    header = parse_headers(good, good.read_bytes())
    entries = {b"caf\xc3\xa9.R": "café.R", b"caf\xe9.R": "caf\\xe9.R", b"zo\xeb.Z": "zoë.Z"}
    listed = b"".join(name + b"\0" + struct.pack("<i4xii", 2, 1, 1) for name in entries) + b"\0"
    part = replace(
        header.parts[0],
        channels=tuple(ChannelEntry(name, 2, (1, 1)) for name in entries.values()),
        attributes={**header.parts[0].attributes, "channels": StoredAttribute("chlist", listed)},
    )
    whole, names = single_part(replace(header, parts=(part,)), 0, [], b"")
    (read,) = parse_headers(good, whole + bytes(24)).parts
    assert list(names) == list(entries.values())
    assert [entry.name for entry in read.channels] == list(names.values())
    assert sorted(names.values()) == list(names.values())


def test_chunks_on_top_of_each_other_are_refused(tmp_path):
    path = tmp_path / "a.exr"
    header = {"compression": OpenEXR.NO_COMPRESSION, "type": OpenEXR.tiledimage}
    header["tiles"] = OpenEXR.TileDescription()
    header["tiles"].xSize = header["tiles"].ySize = 4
    plain(path, [(header, {"R": noise(1, "f2", TALL)}, "one")])
    data = bytearray(path.read_bytes())
    part = parse_headers(path, bytes(data))
    first = data[part.end : part.end + 8]
    data[part.end : part.end + 8 * part.parts[0].chunks] = first * part.parts[0].chunks
    begin = int.from_bytes(first, "little")
    data[begin + 16 : begin + 20] = struct.pack("<i", len(data) - begin - 20)
    with pytest.raises(PictureError, match="on top of each other"):
        check_chunks(path, parse_headers(path, bytes(data)), 0, bytes(data))


def test_a_chunk_of_another_part_is_refused(tmp_path):
    path = tmp_path / "a.exr"
    data, header = parts(path)
    swapped = bytearray(data)
    first = header.end
    second = first + 8 * header.parts[0].chunks
    swapped[first : first + 8], swapped[second : second + 8] = data[second : second + 8], data[first : first + 8]
    with pytest.raises(PictureError, match="belongs to another part"):
        check_chunks(path, header, 0, bytes(swapped))


def test_chunks_in_another_order_are_refused(good):
    data = bytearray(good.read_bytes())
    at = read_headers(good).end
    data[at : at + 8], data[at + 8 : at + 16] = data[at + 8 : at + 16], data[at : at + 8]
    with pytest.raises(PictureError, match="chunk 0 says that it begins at row 16"):
        check_chunks(good, parse_headers(good, bytes(data)), 0, bytes(data))


def test_a_chunk_that_is_longer_than_the_file_is_not_there(good):
    data = bytearray(good.read_bytes())
    begin, _ = check_chunks(good, read_headers(good), 0, bytes(data))[1]
    data[begin + 4 : begin + 8] = struct.pack("<i", 2**30)
    with pytest.raises(PictureError, match="1 of its 3 chunks"):
        check_chunks(good, parse_headers(good, bytes(data)), 0, bytes(data))


def test_a_file_that_was_never_finished_is_refused(good):
    header = read_headers(good)
    data = bytearray(good.read_bytes())
    data[header.end + 8 : header.end + 16] = bytes(8)  # the table is written last
    good.write_bytes(data)
    with pytest.raises(PictureError, match=r"1 of its 3 chunks"):
        read_channels(good, 1)
