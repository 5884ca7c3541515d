"""EXR frames come in and go out with every bit, whatever their windows, parts, views and types; damage is an error."""

import json
import random
import subprocess
import sys

import numpy as np
import OpenEXR
import OpenImageIO as oiio  # noqa: N813
import pytest

from tests.places import ROOT
from tests.vfxlib.io.exr_files import REAL, STILLS, ZIP, noise, plain, same, write
from vfxlib.errors import OutputError, PictureError
from vfxlib.image.box import Box
from vfxlib.io.exr import CHECKSUM, descriptive, read_attribute, read_channels, read_header, write_exr

EVERY_HALF = np.arange(65536, dtype=np.uint16).view(np.float16).reshape(256, 256)


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


def test_structural_attributes_are_not_passed_on(tmp_path):
    attributes = {"owner": "me", "chunkCount": 3, "type": "deepscanline", "preview": "x", "view": "left", "name": "p"}
    write(tmp_path / "a.exr", {"R": noise(1, "f2")}, attributes=attributes)
    assert read_header(tmp_path / "a.exr").attributes.keys() == {
        *("owner", "screenWindowCenter", "screenWindowWidth", CHECKSUM)
    }
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
        write(
            tmp_path / f"{name}.exr",
            {"R": noise(1, "f2"), "A": noise(2, "f4")},
            attributes={"owner": "me", "frame": -7, "size": (3, 4)},
        )
    assert (tmp_path / "a.exr").read_bytes() == (tmp_path / "b.exr").read_bytes()


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
from vfxlib.io.png import write_png
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
    assert {**again.header.attributes, CHECKSUM: ""} == {**frame.header.attributes, CHECKSUM: ""}
    for channel, pixels in frame.channels.items():
        assert same(pixels, theirs[channel].pixels)
        assert same(again.channels[channel], pixels)


# --- damaged, cut and hostile files


READ_ALL = """
import json, resource, sys, time
from pathlib import Path
from vfxlib.errors import PictureError
from vfxlib.io.exr import read_channels, read_header
from vfxlib.io.footage import open_footage
import numpy as np
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def by_footage():
    footage = open_footage(path)
    return footage.read(footage.frames[0])
outcomes = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    began = time.process_time()
    said = []
    for read in (lambda: read_header(path), lambda: read_channels(path, 1), by_footage):
        try:
            said.append("whole" if read() else "")
        except PictureError as error:
            said.append(str(error))
        except BaseException as error:
            said.append(f"!! {type(error).__name__} {error}")
    outcomes[path.name] = [said, time.process_time() - began]
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([outcomes, grown]))
"""


@pytest.fixture(scope="module")
def damaged():
    run = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(STILLS / "Damaged")],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=True,
    )
    return json.loads(run.stdout)  # so standard output held nothing else


@REAL
def test_no_damaged_file_is_taken_for_a_picture(damaged):
    outcomes, _ = damaged
    assert len(outcomes) >= 185
    taken = {name: said for name, (said, _) in outcomes.items() if said[1] == "whole" or said[2] == "whole"}
    assert not taken


@REAL
def test_every_damaged_file_gives_an_error_that_names_it(damaged):
    for name, (said, _) in damaged[0].items():
        assert all(name in words or words == "whole" for words in said), (name, said)
        assert not any(words.startswith("!!") for words in said), (name, said)


@REAL
def test_damaged_files_cost_little_time_and_memory(damaged):
    outcomes, grown_kib = damaged
    assert max(seconds for _, seconds in outcomes.values()) < 5
    assert sum(seconds for _, seconds in outcomes.values()) < 20
    assert grown_kib < 300_000


WHOLE = [
    "ScanLines/Desk.exr",
    "ScanLines/Carrots.exr",
    "Beachball/multipart.0005.exr",
    "TestImages/GammaChart.exr",
    "DisplayWindow/t07.exr",
]


@REAL
@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.99, 0.99999])
def test_a_cut_file_is_never_a_picture(tmp_path, capfd, name, share):
    whole = (STILLS / name).read_bytes()
    cut = tmp_path / "cut.exr"
    cut.write_bytes(whole[: min(len(whole) - 1, int(share * len(whole)))])
    with pytest.raises(PictureError, match="damaged"):
        read_channels(cut, 1)
    assert capfd.readouterr().out == ""


def test_a_flipped_bit_in_the_pixels_is_an_error_and_prints_nothing_to_standard_output(good, capsys):
    frame = read_channels(good, 1)
    steps = np.repeat(np.arange(48, dtype=np.float32)[:, None], 64, axis=1)  # smooth, so that it is really compressed
    box = frame.header.data
    write_exr(good, display=box, origin=(0, 0), data=box, aspect=1.0, channels={"R": steps}, attributes={})
    data = bytearray(good.read_bytes())
    data[-20] ^= 0x10
    good.write_bytes(data)
    with pytest.raises(PictureError, match="pixels cannot be read"):
        read_channels(good, 1)
    assert capsys.readouterr().out == ""


def test_random_damage_gives_a_picture_error_or_a_whole_picture(good):
    whole = good.read_bytes()
    chance = random.Random(7)
    refused = 0
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(0, min(len(data), 500))] = chance.randrange(256)
        good.write_bytes(data)
        try:
            frame = read_channels(good, 1)
        except PictureError:
            refused += 1
        else:
            box = frame.header.data
            assert all(pixels.shape == (box.height, box.width) for pixels in frame.channels.values())
    assert refused > 50
