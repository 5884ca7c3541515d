"""EXR frames come in and go out with every bit, whatever their windows, parts, views and types."""

import json
import struct
import subprocess
import sys
from fractions import Fraction

import numpy as np
import OpenEXR
import OpenImageIO as oiio  # noqa: N813
import pytest

from tests.places import ROOT, SHARED
from vfxlib.errors import OutputError, PictureError
from vfxlib.image.box import Box
from vfxlib.io.exr import descriptive, read_attribute, read_channels, read_header, write_exr
from vfxlib.io.exr_attributes import KeyCode, Opaque, TimeCode

STILLS = SHARED / "plates" / "exr"
REAL = pytest.mark.skipif(not STILLS.is_dir(), reason="the openexr-images of ../shared are not there")
BOX = Box(0, 0, 20, 10)
EVERY_HALF = np.arange(65536, dtype=np.uint16).view(np.float16).reshape(256, 256)


def write(path, channels, *, display=BOX, origin=(0, 0), data=BOX, attributes=None, compression="zip", aspect=1.0):
    write_exr(
        path,
        display=display,
        origin=origin,
        data=data,
        aspect=aspect,
        channels=channels,
        attributes=attributes or {},
        compression=compression,
    )


def noise(seed, dtype, box=BOX):
    numbers = np.random.default_rng(seed).integers(0, 2**32, (box.height, box.width), np.uint32)
    if np.dtype(dtype) == np.uint32:
        return numbers
    return (
        numbers.view(np.float32).copy() if np.dtype(dtype) == np.float32 else numbers.astype(np.uint16).view(np.float16)
    )


def bits(array):
    return np.ascontiguousarray(array).view(f"u{array.dtype.itemsize}")


def same(one, other):
    return one.dtype == other.dtype and np.array_equal(bits(one), bits(other))


def plain(path, parts):
    # a copy of each header, because the module writes into it
    OpenEXR.File([OpenEXR.Part(dict(header), channels, name) for header, channels, name in parts]).write(str(path))


ZIP = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}


# --- writing and reading back


@pytest.mark.parametrize("compression", ["zip", "zips", "piz", "rle", "none"])
def test_every_half_comes_back_bit_for_bit(tmp_path, compression):
    box = Box(0, 0, 256, 256)
    write(tmp_path / "a.exr", {"R": EVERY_HALF}, display=box, data=box, compression=compression)
    assert same(read_channels(tmp_path / "a.exr", 1).channels["R"], EVERY_HALF)
    assert same(OpenEXR.File(str(tmp_path / "a.exr"), separate_channels=True).channels()["R"].pixels, EVERY_HALF)


def test_mixed_types_keep_their_bits_in_both_other_readers(tmp_path):
    channels = {"R": noise(1, "f2"), "matte.A": noise(2, "f4"), "id.X": noise(3, "u4"), "fill.red": noise(4, "f4")}
    path = tmp_path / "a.exr"
    write(path, channels)
    own = read_channels(path, 1).channels
    theirs = OpenEXR.File(str(path), separate_channels=True).channels()
    for name, pixels in channels.items():
        assert same(own[name], pixels)
        assert same(theirs[name].pixels, pixels)
    source = oiio.ImageInput.open(str(path))
    read = source.read_image("float")
    names = source.spec().channelnames
    for name in ("matte.A", "fill.red"):
        assert same(np.ascontiguousarray(read[..., names.index(name)]), channels[name])
    assert np.array_equal(
        np.isnan(read[..., names.index("R")]), np.isnan(channels["R"])
    )  # read as float: half NaN keep only that they are NaN
    source.close()


def test_what_is_written_is_one_scanline_part(tmp_path):
    write(tmp_path / "a.exr", {"R": noise(1, "f2")})
    file = OpenEXR.File(str(tmp_path / "a.exr"))
    assert len(file.parts) == 1
    assert file.parts[0].type() == OpenEXR.scanlineimage
    assert file.parts[0].compression() == OpenEXR.ZIP_COMPRESSION


def test_columns_of_a_picture_are_written_as_they_are(tmp_path):
    picture = np.random.default_rng(1).random((10, 20, 3), np.float32)
    write(tmp_path / "a.exr", {name: picture[..., i] for i, name in enumerate("RGB")})
    read = read_channels(tmp_path / "a.exr", 1).channels
    assert np.array_equal(np.stack([read[name] for name in "RGB"], 2), picture)


@pytest.mark.parametrize(
    ("display", "origin", "data"),
    [
        pytest.param(Box(0, 0, 20, 10), (0, 0), Box(-3, -2, 25, 12), id="overscan"),
        pytest.param(Box(0, 0, 20, 10), (0, 0), Box(5, 3, 9, 7), id="a part of the picture"),
        pytest.param(Box(0, 0, 20, 10), (0, 0), Box(40, -30, 44, -25), id="disjoint"),
        pytest.param(Box(0, 0, 20, 10), (-7, 1000), Box(0, 0, 20, 10), id="display window that begins elsewhere"),
        pytest.param(Box(0, 0, 1, 1), (5, 5), Box(0, 0, 1, 1), id="one pixel"),
    ],
)
def test_windows_come_back_and_mean_the_same_in_the_other_readers(tmp_path, display, origin, data):
    pixels = noise(1, "f2", data)
    path = tmp_path / "a.exr"
    write(path, {"R": pixels}, display=display, origin=origin, data=data, aspect=2.0)
    frame = read_channels(path, 7)
    header = frame.header
    assert (header.display, header.origin, header.data, header.aspect) == (display, origin, data, 2.0)
    assert frame.number == 7
    assert same(frame.channels["R"], pixels)
    spec = oiio.ImageInput.open(str(path)).spec()
    assert (spec.full_x, spec.full_y, spec.full_width, spec.full_height) == (*origin, *display.size)
    assert (spec.x, spec.y, spec.width, spec.height) == (data.x0 + origin[0], data.y0 + origin[1], *data.size)


ATTRIBUTES = {
    "owner": "Müller & Söhne",
    "empty": "",
    "isoSpeed": 100.5,
    "frame": -7,
    "framesPerSecond": Fraction(24000, 1001),
    "timeCode": TimeCode(0x01020304, 0xCAFE),
    "keyCode": KeyCode((1, 2, 3, 4, 5, 4, 64)),
    "chromaticities": (0.25, 0.5, 0.125, 0.75, 0.0, 1.0, 0.375, 0.625),
    "adoptedNeutral": (0.25, 0.5),
    "worldToCamera": tuple(float(i) for i in range(16)),
    "m33": tuple(float(i) for i in range(9)),
    "v3": (1.0, 2.0, 3.0),
    "size": (3, 4),
    "window": (1, 2, 3, 4),
    "names": ("left", "right"),
    "exposure": Opaque("double", struct.pack("<d", 0.1)),
    "studio/thing": Opaque("studioType", b"\0\1\2"),
    "colorInteropID": "lin_ap1_scene",
    "a/name/of/more/than/thirty/one/characters": "long",
    "screenWindowCenter": (0.5, 0.25),
    "screenWindowWidth": 2.0,
}


def test_attributes_come_back_as_they_were(tmp_path):
    write(tmp_path / "a.exr", {"R": noise(1, "f2")}, attributes=ATTRIBUTES)
    assert read_header(tmp_path / "a.exr").attributes == ATTRIBUTES


def test_attributes_pass_through_with_the_same_bytes(tmp_path):
    write(tmp_path / "a.exr", {"R": noise(1, "f2")}, attributes=ATTRIBUTES)
    write(tmp_path / "b.exr", {"R": noise(1, "f2")}, attributes=read_header(tmp_path / "a.exr").attributes)
    assert (tmp_path / "a.exr").read_bytes() == (tmp_path / "b.exr").read_bytes()


def test_attributes_mean_the_same_to_openexr_itself(tmp_path):
    write(tmp_path / "a.exr", {"R": noise(1, "f2")}, attributes=ATTRIBUTES)
    header = OpenEXR.File(str(tmp_path / "a.exr"), header_only=True).header()
    assert header["owner"] == ATTRIBUTES["owner"]
    assert header["chromaticities"] == ATTRIBUTES["chromaticities"]
    assert header["framesPerSecond"] == Fraction(24000, 1001)
    assert header["timeCode"].userData == 0xCAFE
    assert (header["timeCode"].hours, header["timeCode"].minutes, header["timeCode"].frame) == (1, 2, 4)
    assert header["keyCode"].prefix == 3
    assert header["a/name/of/more/than/thirty/one/characters"] == "long"


def test_a_time_code_reads_as_people_write_it():
    assert str(TimeCode(0x01593723)) == "01:59:37:23"
    assert str(TimeCode(0x01593743)) == "01:59:37;03"


def test_structural_attributes_are_not_passed_on(tmp_path):
    attributes = {"owner": "me", "chunkCount": 3, "type": "deepscanline", "preview": "x", "view": "left", "name": "p"}
    write(tmp_path / "a.exr", {"R": noise(1, "f2")}, attributes=attributes)
    assert read_header(tmp_path / "a.exr").attributes.keys() == {"owner", "screenWindowCenter", "screenWindowWidth"}
    kept = descriptive({"owner": "me", "cryptomatte/1/name": "x", "view": "left", "paintout/job": "j"})
    assert kept == {"owner": "me", "paintout/job": "j"}


def test_one_attribute_is_read_without_the_picture(tmp_path):
    path = tmp_path / "a.exr"
    write(path, {"R": noise(1, "f2")}, attributes={"paintout/fingerprint": "ab" * 32, "big": "x" * 300_000})
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    assert read_attribute(path, "paintout/fingerprint") == "ab" * 32
    assert len(read_attribute(path, "big")) == 300_000
    assert read_attribute(path, "absent") is None


def test_the_same_picture_gives_the_same_file(tmp_path):
    for name in "ab":
        write(tmp_path / f"{name}.exr", {"R": noise(1, "f2"), "A": noise(2, "f4")}, attributes=ATTRIBUTES)
    assert (tmp_path / "a.exr").read_bytes() == (tmp_path / "b.exr").read_bytes()


# --- what must not be written


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.exr"
    write(path, {"R": noise(1, "f2")})
    before = path.read_bytes()
    with pytest.raises(OutputError):
        write(path, {"R": noise(1, "f2", Box(0, 0, 3, 3))})
    with pytest.raises(OutputError, match="attribute 'bad'"):
        write(path, {"R": noise(1, "f2")}, attributes={"bad": object()})
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.exr"]


def test_a_full_disk_is_an_output_error_and_leaves_nothing(tmp_path):
    code = """
import json, resource, sys
from fractions import Fraction
from pathlib import Path
import numpy as np
from vfxlib.image.box import Box
from vfxlib.errors import OutputError
from vfxlib.io.exr import write_exr
from vfxlib.io.images import write_png
from vfxlib.io.movie import write_movie
folder = Path(sys.argv[1])
random = np.random.default_rng(1)
box = Box(0, 0, 400, 300)
pixels = random.random((300, 400), np.float32)
shown = [random.integers(0, 256, (300, 400, 3), np.uint8) for _ in range(8)]
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
said = []
for write in (
    lambda: write_exr(
        folder / "a.exr", display=box, origin=(0, 0), data=box, aspect=1.0, channels={"R": pixels}, attributes={}
    ),
    lambda: write_png(folder / "a.png", shown[0]),
    lambda: write_movie(folder / "a.mp4", shown, Fraction(24)),
):
    try:
        write()
        said.append("written")
    except OutputError as error:
        said.append(str(error))
print(json.dumps([said, [path.name for path in folder.iterdir()]]))
"""
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=True,
    )
    said, left = json.loads(run.stdout)
    assert all("cannot be written" in words and "space" in words for words in said), said
    assert left == []


def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "file" / "a.exr", {"R": noise(1, "f2")})


# --- parts, layers, views


def test_parts_are_one_picture_with_layers(tmp_path):
    path = tmp_path / "a.exr"
    plain(
        path,
        [
            (ZIP, {"R": noise(1, "f2"), "G": noise(2, "f2"), "B": noise(3, "f2")}, "rgba"),
            (ZIP, {"Z": noise(4, "f4")}, "depth"),
            (ZIP, {"u": noise(5, "f4"), "v": noise(6, "f4")}, "forward"),
            (ZIP, {"matte.A": noise(7, "f2")}, "matte"),
            (ZIP, {"A": noise(8, "f2")}, "roto"),
        ],
    )
    header = read_header(path)
    assert set(header.channels) == {"R", "G", "B", "depth.Z", "forward.u", "forward.v", "matte.A", "roto.A"}
    assert header.channels["depth.Z"] == "float32"
    assert header.layout == "5 parts scanline zip"
    frame = read_channels(path, 1, ["roto.A", "R", "forward.v"])
    assert list(frame.channels) == ["roto.A", "R", "forward.v"]
    for name, seed, dtype in (("roto.A", 8, "f2"), ("R", 1, "f2"), ("forward.v", 6, "f4")):
        assert same(frame.channels[name], noise(seed, dtype))


def test_parts_as_nuke_names_them(tmp_path):
    path = tmp_path / "a.exr"
    left, right = {**ZIP, "view": "left"}, {**ZIP, "view": "right"}
    plain(
        path,
        [
            (right, {"R": noise(1, "f2"), "G": noise(2, "f2"), "B": noise(3, "f2")}, "rgba.right"),
            (left, {"R": noise(4, "f2"), "G": noise(5, "f2"), "B": noise(6, "f2")}, "rgba.left"),
            (left, {"u": noise(7, "f2"), "v": noise(8, "f2")}, "forward.left"),
        ],
    )
    frame = read_channels(path, 1)
    assert frame.header.views == ("left", "right")
    assert set(frame.channels) == {"R", "G", "B", "forward.u", "forward.v"}
    assert same(frame.channels["R"], noise(4, "f2"))


def test_parts_as_blender_names_them(tmp_path):
    path = tmp_path / "a.exr"
    plain(
        path,
        [
            (ZIP, {f"beauty.Combined.{c}": noise(i, "f2") for i, c in enumerate("RGBA")}, "beauty.Combined"),
            (ZIP, {"beauty.Object Index.X": noise(5, "f4")}, "beauty.Object Index"),
        ],
    )
    assert set(read_header(path).channels) == {*[f"beauty.Combined.{c}" for c in "RGBA"], "beauty.Object Index.X"}


def test_parts_with_the_same_names_are_told_apart(tmp_path):
    path = tmp_path / "a.exr"
    plain(path, [(ZIP, {"a.Z": noise(1, "f2")}, "one"), (ZIP, {"a.Z": noise(2, "f2")}, "two")])
    frame = read_channels(path, 1)
    assert set(frame.channels) == {"a.Z", "two.a.Z"}
    assert same(frame.channels["two.a.Z"], noise(2, "f2"))


def test_a_layer_with_another_window_is_cut_to_the_pictures(tmp_path):
    path = tmp_path / "a.exr"

    def window(box):
        return {
            **ZIP,
            "dataWindow": (np.array([box.x0, box.y0], np.int32), np.array([box.x1 - 1, box.y1 - 1], np.int32)),
            "displayWindow": (np.array([0, 0], np.int32), np.array([19, 9], np.int32)),
        }

    picture, layer = Box(4, 2, 14, 8), Box(0, 0, 6, 5)
    rgb = {name: noise(i, "f2", picture) for i, name in enumerate("RGB")}
    plain(path, [(window(picture), rgb, "rgba"), (window(layer), {"A": noise(9, "f2", layer)}, "roto")])
    frame = read_channels(path, 1)
    assert frame.header.data == picture
    wanted = np.zeros((picture.height, picture.width), np.float16)
    common = picture & layer
    wanted[common.slices(picture)] = noise(9, "f2", layer)[common.slices(layer)]
    assert same(frame.channels["roto.A"], wanted)
    alone = read_channels(path, 1, ["roto.A"])
    assert alone.header.data == layer
    assert same(alone.channels["roto.A"], noise(9, "f2", layer))


def test_views_of_one_part_give_the_default_view(tmp_path):
    path = tmp_path / "a.exr"
    header = {**ZIP, "multiView": ["left", "right"]}
    names = ["R", "right.R", "depth.left.Z", "depth.right.Z"]
    plain(path, [(header, {name: noise(i, "f2") for i, name in enumerate(names)}, "")])
    frame = read_channels(path, 1)
    assert frame.header.views == ("left", "right")
    assert set(frame.channels) == {"R", "depth.Z"}
    assert same(frame.channels["depth.Z"], noise(2, "f2"))


def test_a_channel_that_is_not_there_is_named_with_what_is(tmp_path):
    write(tmp_path / "a.exr", {"R": noise(1, "f2"), "matte.A": noise(2, "f2")})
    with pytest.raises(PictureError, match=r"'roto\.A' is not in the file") as caught:
        read_channels(tmp_path / "a.exr", 1, ["roto.A"])
    assert "R, matte.A" in caught.value.fix


def test_tiles_and_levels_give_the_whole_picture(tmp_path):
    picture = np.random.default_rng(1).random((150, 210, 3)).astype(np.float16)
    image = oiio.ImageBuf(picture.astype(np.float32))
    image.specmod().tile_width = image.specmod().tile_height = 64
    image.set_write_tiles(64, 64)
    image.write(str(tmp_path / "tiled.exr"), "half")
    assert oiio.ImageBufAlgo.make_texture(oiio.MakeTxTexture, image, str(tmp_path / "mip.exr"), _half_texture())
    for name, words in (("tiled.exr", "tiled 64x64 zip"), ("mip.exr", "with levels")):
        frame = read_channels(tmp_path / name, 1)
        assert words in frame.header.layout
        assert np.array_equal(np.stack([frame.channels[c] for c in "RGB"], 2), picture)


def _half_texture():
    spec = oiio.ImageSpec()
    spec.set_format("half")
    return spec


@pytest.mark.parametrize("compression", [name for name in dir(OpenEXR) if name.endswith("_COMPRESSION")])
@pytest.mark.parametrize("height", [1, 33, 300])
def test_every_compression_is_read_as_openexr_reads_it(tmp_path, compression, height):
    rows = np.random.default_rng(1).random((height, 40)).astype(np.float16)
    header = {"compression": getattr(OpenEXR, compression), "type": OpenEXR.scanlineimage}
    path = tmp_path / "a.exr"
    plain(path, [(header, {"R": rows, "G": rows, "B": rows.astype(np.float32)}, "")])
    theirs = OpenEXR.File(str(path), separate_channels=True).channels()
    frame = read_channels(path, 1)
    assert all(same(frame.channels[name], theirs[name].pixels) for name in "RGB")


def test_a_tiled_part_among_others_is_read(tmp_path):
    tiles = OpenEXR.TileDescription()
    tiles.xSize = tiles.ySize = 8
    tiled = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.tiledimage, "tiles": tiles}
    path = tmp_path / "a.exr"
    plain(path, [(ZIP, {"R": noise(1, "f2")}, "one"), (tiled, {"Z": noise(2, "f4")}, "two")])
    frame = read_channels(path, 1, ["two.Z"])
    assert same(frame.channels["two.Z"], noise(2, "f4"))


# --- real files


@REAL
@pytest.mark.parametrize("name", [f"t{n:02d}" for n in range(1, 17)])
def test_every_display_window_case_is_read_as_openexr_reads_it(name):
    path = STILLS / "DisplayWindow" / f"{name}.exr"
    frame = read_channels(path, 1)
    file = OpenEXR.File(str(path), separate_channels=True)
    low, high = file.header()["displayWindow"]
    x0, y0 = (int(v) for v in file.header()["dataWindow"][0])
    assert frame.header.display == Box(0, 0, int(high[0] - low[0]) + 1, int(high[1] - low[1]) + 1)
    assert (frame.header.data.x0, frame.header.data.y0) == (x0 - int(low[0]), y0 - int(low[1]))
    for channel, values in file.channels().items():
        assert same(frame.channels[channel], values.pixels)


@REAL
def test_the_beachballs_parts_are_one_picture_of_the_left_view():
    frame = read_channels(STILLS / "Beachball" / "multipart.0005.exr", 5)
    assert frame.header.views == ("left", "right")
    assert set(frame.channels) >= {"R", "G", "B", "A", "depth.Z", "forward.u", "whitebarmask.mask"}
    assert frame.header.display == Box(0, 0, 2048, 1556)
    assert frame.header.data == Box(1106, 319, 1989, 1209)
    parts = {part.name(): part for part in OpenEXR.File(str(frame.header.path), separate_channels=True).parts}
    assert same(frame.channels["R"], parts["rgba_left"].channels["R"].pixels)
    mask = read_channels(frame.header.path, 5, ["whitebarmask.mask"])
    assert mask.header.data == Box(1528, 319, 1931, 1108)
    assert same(mask.channels["whitebarmask.mask"], parts["whitebarmask_left"].channels["whitebarmask.mask"].pixels)


@REAL
def test_of_two_views_the_default_one_is_read():
    frame = read_channels(STILLS / "MultiView" / "Fog.exr", 1)
    assert frame.header.views == ("left", "right")
    assert list(frame.channels) == ["Y"]


@REAL
def test_chromaticities_and_other_words_are_read():
    attributes = read_header(STILLS / "Chromaticities" / "XYZ.exr").attributes
    assert attributes["chromaticities"][:6] == (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    assert "chromaticities" not in read_header(STILLS / "Chromaticities" / "Rec709.exr").attributes
    assert read_header(STILLS / "ScanLines" / "Carrots.exr").attributes["cameraModel"] == "SLT-A99"


@REAL
def test_subsampled_chroma_is_refused_and_its_luma_read():
    path = STILLS / "Chromaticities" / "Rec709_YC.exr"
    with pytest.raises(PictureError, match="luminance-chroma"):
        read_channels(path, 1)
    luma = read_channels(path, 1, ["Y"]).channels["Y"]
    assert same(luma, OpenEXR.File(str(path), separate_channels=True).channels()["Y"].pixels)


@REAL
def test_deep_is_refused_by_name():
    for call in (read_header, lambda path: read_channels(path, 1)):
        with pytest.raises(PictureError, match="deep EXR"):
            call(STILLS / "v2" / "Trunks.exr")


@REAL
@pytest.mark.parametrize("name", ["AllHalfValues", "BrightRingsNanInf", "WideColorGamut", "WideFloatRange"])
def test_extreme_values_go_through_a_file_bit_for_bit(tmp_path, name):
    frame = read_channels(STILLS / "TestImages" / f"{name}.exr", 1)
    theirs = OpenEXR.File(str(frame.header.path), separate_channels=True).channels()
    write(
        tmp_path / "a.exr",
        frame.channels,
        display=frame.header.display,
        origin=frame.header.origin,
        data=frame.header.data,
        attributes=frame.header.attributes,
    )
    again = read_channels(tmp_path / "a.exr", 1)
    assert again.header.attributes == frame.header.attributes
    for channel, pixels in frame.channels.items():
        assert same(pixels, theirs[channel].pixels)
        assert same(again.channels[channel], pixels)
