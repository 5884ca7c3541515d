"""Plates as no program should write them and some do: right pixels, or an error that names the frame."""

import os
import shutil
import struct

import numpy as np
import OpenEXR
import pytest
from PIL import Image

from tests.exr import edit, write, write_thin
from tests.hostile.place import FRAMES, HEIGHT, WIDTH, Case, Place, cases, try_case
from vfxlib.io.exr import read_channels, read_header
from vfxlib.io.exr_attributes import Opaque
from vfxlib.io.exr_header import read_headers

SIZE = (WIDTH, HEIGHT)
ODD_WORDS = {
    b"comments": (b"string", b"caf\xe9"),
    b"framesPerSecond": (b"rational", struct.pack("<iI", 24, 0)),
    b"na\xefve": (b"string", b"x"),
    b"studio": (b"ty\xe9pe", b"\1\2"),
}
BROKEN = {b"owner": (b"float", b"abcdefg"), b"timeCode": (b"timecode", b"1234")}


def plates(place: Place) -> list:
    return [place.folder / f"plate/plate.{number:04d}.exr" for number in FRAMES]


def random(seed: int, dtype=np.float16, shape=(HEIGHT, WIDTH)) -> np.ndarray:
    return np.random.default_rng(seed).random(shape).astype(dtype)


def colours(dtype=np.float16, shape=(HEIGHT, WIDTH), **more) -> dict[str, np.ndarray]:
    return {**{letter: random(i, dtype, shape) for i, letter in enumerate("RGB")}, **more}


def each(make, *words: str):
    """A case's maker: something done to every plate frame, then the node's command with more words."""

    def prepare(place: Place) -> list[str]:
        for path in plates(place):
            make(path)
        return place.words(*words)

    return prepare


def one(make):
    """A case's maker: something done to the second plate frame."""

    def prepare(place: Place) -> None:
        make(plates(place)[1])

    return prepare


def beside(name: str, make, *words: str, **given: str):
    """A case's maker: something that lies beside plate and matte, then the node's command with more words."""

    def prepare(place: Place) -> list[str]:
        make(place.folder / name)
        return place.words(*words, **given)

    return prepare


def checked(prepare):
    """The same, and `paintout check` of the plate."""

    def make(place: Place) -> list[str]:
        prepare(place)
        return ["check", "plate/plate.####.exr"]

    return make


def plane(path, **more) -> None:
    write(path, colours(**more), SIZE)


def png_named_exr(path) -> None:
    with path.open("wb") as file:
        Image.new("RGB", SIZE).save(file, "PNG")


def fifo(path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def linked_to(target: str):
    def make(path) -> None:
        path.unlink()
        path.symlink_to(target)

    return make


def two_parts(path, view: bool = False) -> None:
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    depth = {"Z": random(4, np.float32)}
    headers = [{**header, "view": name} if view else dict(header) for name in ("leeft", "right")]
    parts = [(headers[0], colours(), "one"), (headers[1], colours() if view else depth, "deeepth")]
    OpenEXR.File([OpenEXR.Part(*part) for part in parts]).write(str(path))


def respelt(path, old: bytes, new: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(old, new))


def latin_view(path) -> None:
    two_parts(path, view=True)
    respelt(path, b"leeft", b"l\xe9\xe9ft")


def latin_part(path) -> None:
    two_parts(path)
    respelt(path, b"deeepth", b"d\xe9\xe9epth")


def broken_part(path) -> None:
    two_parts(path)
    header, data = read_headers(path), bytearray(path.read_bytes())
    second = header.end + 8 * header.parts[0].chunks
    data[second : second + 8] = bytes(8)
    path.write_bytes(data)


def pointing_to_itself(path) -> None:
    at, data = read_headers(path).end, bytearray(path.read_bytes())
    data[at : at + 8] = struct.pack("<Q", at)
    path.write_bytes(data)


def channel_list(count: int) -> bytes:
    return b"".join(b"c%05d\0" % number + struct.pack("<i4xii", 1, 1, 1) for number in range(count)) + b"\0"


def window(*corners: int):
    return lambda path: edit(path, {b"dataWindow": (b"box2i", struct.pack("<4i", *corners))})


def odd_numbers(dtype):
    """NaN of both kinds, infinities, and the largest numbers there are."""

    def make(path) -> None:
        channels = colours(dtype)
        bits = channels["B"].view(f"u{channels['B'].dtype.itemsize}")
        bits[1::4, ::3] = 0x7D01 if dtype == np.float16 else 0x7F800001
        channels["R"][::3, ::5], channels["G"][::4, ::7], channels["B"][::2, ::9] = np.nan, np.inf, -np.inf
        channels["R"][3::5, ::3], channels["G"][2::5, 1::3] = np.finfo(dtype).max, np.finfo(dtype).min
        write(path, channels, SIZE)

    return make


TABLE = [
    Case("header words in Latin-1 and a rate over nothing", each(lambda path: edit(path, ODD_WORDS)), 0, (), FRAMES),
    Case(
        "attributes of a wrong length",
        each(lambda path: edit(path, BROKEN)),
        0,
        ("'owner' is broken", "not kept"),
        FRAMES,
    ),
    Case(
        "a field of view that is no number",
        each(lambda path: edit(path, {b"screenWindowWidth": (b"float", struct.pack("<f", np.nan))})),
        0,
        ("'screenWindowWidth' is broken",),
        FRAMES,
    ),
    Case(
        "more attributes than any program writes",
        each(lambda path: edit(path, {b"a%d" % i: (b"int", b"1234") for i in range(20000)})),
        2,
        ("plate.0001.exr", "more than 16384 attributes"),
        (),
    ),
    Case(
        "more channels than any program writes",
        each(lambda path: edit(path, {b"channels": (b"chlist", channel_list(20000))})),
        2,
        ("plate.0001.exr", "more than 16384 channels"),
        (),
    ),
    Case("a channel listed twice", each(lambda path: edit(path, {}, {b"B": b"G"})), 2, ("'G' is listed twice",), ()),
    Case("a view named in Latin-1", each(latin_view), 0, ("lééft",), FRAMES),
    Case("a thin channel beside the picture", each(lambda path: thin(path, "Z"), "--keep-layers"), 0, ("Z",), FRAMES),
    Case("a thin alpha", each(lambda path: thin(path, "A")), 0, ("left out", "A"), FRAMES),
    Case("a thin channel, looked at", checked(each(lambda path: thin(path, "Z"))), 0, ("left out", "Z")),
    Case("a PNG among EXRs", one(png_named_exr), 2, ("plate.0002.exr", "frame 2 is PNG, frame 1 EXR"), ()),
    Case("a pipe for a frame", one(fifo), 2, ("plate.0002.exr", "no regular file"), ()),
    Case("a device for a frame", one(linked_to("/dev/zero")), 2, ("plate.0002.exr", "no regular file"), ()),
    Case(
        "a pipe for a movie", lambda place: (fifo(place.folder / "a.mp4"), place.words(plate="a.mp4"))[1], 2, ("a.mp4",)
    ),
    Case("a device for a movie", lambda place: place.words(plate="/dev/zero"), 2, ("/dev/zero",), ()),
    Case(
        "a playlist for a movie",
        beside("a.m3u8", lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\na.ts\n"), plate="a.m3u8"),
        2,
        ("a.m3u8", "playlist"),
        (),
    ),
    Case(
        "a pipe for a colour config",
        beside("config.ocio", fifo, "--ocio", "config.ocio"),
        2,
        ("config.ocio", "no regular file"),
        (),
    ),
    Case("a device for a colour config", lambda place: place.words("--ocio", "/dev/zero"), 2, ("no regular file",), ()),
    Case("a data window of nothing", each(window(0, 0, -1, -1)), 2, ("plate.0001.exr", "data window"), ()),
    Case("a data window beyond all numbers", each(window(0, 0, 2**30, 5)), 2, ("plate.0001.exr", "data window"), ()),
    Case("a chunk table that points to itself", one(pointing_to_itself), (1, 2), ("plate.0002.exr", "chunks")),
    Case("another part that is cut", each(broken_part), 0, (), FRAMES),
    Case("another part that is cut and wanted", each(broken_part, "--keep-layers"), (1, 2), ("chunks are not there",)),
    Case(
        "a plate far away from its display window",
        each(lambda path: write(path, colours(), SIZE, origin=(2**29, -(2**29)))),
        2,
        ("matte is empty",),
        (),
    ),
    Case("odd half numbers", each(odd_numbers(np.float16)), 0, (), FRAMES, quick=False),
    Case("odd float numbers", each(odd_numbers(np.float32)), 0, (), FRAMES, quick=False),
    Case("odd numbers, looked at", checked(each(odd_numbers(np.float32))), 0, ("NaN",)),
    Case(
        "a long comment",
        each(lambda path: edit(path, {b"comments": (b"string", b"x" * (8 << 20))}), "--frames", "1"),
        0,
        (),
        (1,),
    ),
]


def thin(path, name: str) -> None:
    write_thin(path, colours(), {name: random(5, shape=(HEIGHT // 2, WIDTH // 2))})


@cases(TABLE)
def test_an_odd_plate_is_used_or_named(case, tmp_path, capsys):
    place = try_case(case, tmp_path, capsys)
    for number in case.result or ():
        same_outside(place, number)


def same_outside(place: Place, number: int, layer: str = "") -> None:
    plate = read_channels(plates(place)[number - 1], number, [layer + letter for letter in "RGB"])
    result = read_channels(place.out(number), number)
    outside = result.channels["matte.A"] == 0
    for letter in "RGB":
        before, after = plate.channels[layer + letter], result.channels[letter]
        assert before.dtype == after.dtype
        kind = f"u{before.dtype.itemsize}"
        assert np.array_equal(before.view(kind)[outside], after.view(kind)[outside])


def test_header_words_come_out_with_the_bytes_they_went_in_with(tmp_path):
    place = Place(tmp_path).make()
    for path in plates(place):
        edit(path, ODD_WORDS)
    assert place.run() == 0
    (before,), (after,) = (read_headers(path).parts for path in (plates(place)[0], place.out(1)))
    kept = [
        name for name in before.attributes if name in ("comments", "framesPerSecond", "studio") or "ve" in name[-2:]
    ]
    assert len(kept) == 4
    assert all(after.attributes[name] == before.attributes[name] for name in kept)
    assert read_header(place.out(1)).attributes["comments"] == Opaque("string", b"caf\xe9")


@pytest.mark.parametrize(
    ("make", "says"), [(png_named_exr, "frame 2 is PNG, frame 1 EXR"), (fifo, "no regular file")], ids=["PNG", "pipe"]
)
def test_what_a_frame_is_that_is_no_frame_is_seen_by_check(make, says, tmp_path, capsys):
    place = Place(tmp_path).make()
    make(plates(place)[1])
    assert place.main("check", "plate/plate.####.exr") == 2
    assert f"unread    2: {says}" in capsys.readouterr().out.replace("cannot be read (it is ", "")


@pytest.mark.parametrize("stored", [b"Z\xe9pth.Q", "Zépth.Q".encode()], ids=["Latin-1", "UTF-8"])
def test_a_channel_named_in_latin_1_is_kept_in_utf8(stored, tmp_path):
    place = Place(tmp_path).make()
    depth = random(9, np.float32)
    for path in plates(place):
        plane(path, **{"Zdepth.Q": depth})
        edit(path, {}, {b"Zdepth.Q": stored})
    assert place.run("--keep-layers") == 0
    assert np.array_equal(read_channels(place.out(1), 1).channels["Zépth.Q"], depth)
    same_outside(place, 1)


def test_a_layer_named_in_latin_1_can_be_the_picture(tmp_path):
    place = Place(tmp_path).make()
    for path in plates(place):
        write(path, {f"b.{letter}": pixels for letter, pixels in colours().items()}, SIZE)
        edit(path, {}, {f"b.{letter}".encode(): b"\xe9." + letter.encode() for letter in "RGB"})
    assert place.run("--plate-layer", "é") == 0
    same_outside(place, 1, "é.")


def test_a_part_named_in_latin_1_is_a_layer(tmp_path):
    place = Place(tmp_path).make()
    for path in plates(place):
        latin_part(path)
    assert place.run("--keep-layers") == 0
    assert "dééepth.Z" in read_channels(place.out(1), 1).channels


def test_channels_of_any_name_are_kept(tmp_path):
    names = ("..", "R.", ".", "a..b", "x" * 250, "A/B", "ü.R", " ")
    place = Place(tmp_path).make()
    for path in plates(place):
        plane(path, **{name: random(7) for name in names})
    assert place.run("--keep-layers") == 0
    result = read_channels(place.out(2), 2)
    assert all(np.array_equal(result.channels[name], random(7)) for name in names)


def test_whole_numbers_of_32_bits_are_filled_on_their_own_scale(tmp_path):
    place = Place(tmp_path).make()
    for path in plates(place):
        write(path, {letter: np.full((HEIGHT, WIDTH), 800_000_000, np.uint32) for letter in "RGB"}, SIZE)
    assert place.run() == 0
    result = read_channels(place.out(1), 1).channels
    hole = result["matte.A"] > 0
    assert (np.abs(result["R"][hole].astype(np.int64) - 800_000_000) < 8000).all()
    assert result["fill.R"][hole] == pytest.approx(800_000_000 / (2**32 - 1), rel=1e-5)
    same_outside(place, 1)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1)])
def test_the_smallest_plates_are_done(size, tmp_path):
    place = Place(tmp_path)
    width, height = size
    for number, path in zip(FRAMES, plates(place), strict=True):
        write(path, colours(shape=(height, width)), size)
        matte = np.full((height, width), number == 2, np.float16)
        write(tmp_path / f"matte/matte.{number:04d}.exr", {"A": matte}, size)
    assert place.run() == 0
    same_outside(place, 1)


@pytest.mark.parametrize("origin", [2**30 - 200, -(2**29)])
def test_windows_at_the_end_of_the_numbers_are_kept(origin, tmp_path):
    place = Place(tmp_path).make()
    corners = struct.pack("<4i", origin, origin, origin + WIDTH - 1, origin + HEIGHT - 1)
    matte = np.zeros((HEIGHT, WIDTH), np.float16)
    matte[15:25, 24:36] = 1
    for number, path in zip(FRAMES, plates(place), strict=True):
        for other, channels in ((path, colours()), (tmp_path / f"matte/matte.{number:04d}.exr", {"A": matte})):
            write(other, channels, SIZE, origin=(origin, origin))
            edit(other, {b"displayWindow": (b"box2i", corners)})
    assert place.run() == 0
    (part,) = read_headers(place.out(1)).parts
    assert part.data_window == part.display_window == struct.unpack("<4i", corners)
    same_outside(place, 1)


@pytest.mark.parametrize("kind", ["jpg", "tif", "png"])
def test_a_picture_that_viewers_turn_is_read_as_it_is_stored_and_said_so(kind, tmp_path, capsys, caplog):
    place = Place(tmp_path).make()
    turned = Image.Exif()
    turned[0x0112] = 6
    pixels = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    for number in FRAMES:
        Image.fromarray(pixels).save(tmp_path / f"plate/still.{number:04d}.{kind}", exif=turned)
    assert place.run(plate=f"plate/still.####.{kind}") == 0
    assert "turned by 90 degrees clockwise" in caplog.text
    assert read_header(place.out(1)).display.size == SIZE
    assert place.main("check", f"plate/still.####.{kind}") == 0
    assert "turned by 90 degrees clockwise" in capsys.readouterr().out


def test_text_in_latin_1_in_a_tiff_becomes_words_of_the_result(tmp_path):
    place = Place(tmp_path).make()
    for number in FRAMES:
        Image.new("RGB", SIZE, (9, 9, 9)).save(
            tmp_path / f"plate/still.{number:04d}.tif", tiffinfo={270: b"caf\xe9", 33432: b"(c) M\xfcller"}
        )
    assert place.run(plate="plate/still.####.tif") == 0
    attributes = read_header(place.out(1)).attributes
    assert (attributes["comments"], attributes["owner"]) == ("café", "(c) Müller")


def test_a_rate_of_a_frame_in_years_is_kept_and_the_review_has_another(tmp_path):
    slow = struct.pack("<iI", 1, 2147483647)
    place = Place(tmp_path).make()
    for path in plates(place):
        edit(path, {b"framesPerSecond": (b"rational", slow)})
    assert place.run() == 0
    assert read_headers(place.out(1)).parts[0].attributes["framesPerSecond"].data == slow
    assert place.main("review", "out/clean.work/job.json", "--out", "seen") == 0
    assert (tmp_path / "seen/review.mp4").stat().st_size


@pytest.mark.parametrize("step", ["motion", "paint"])
def test_a_broken_frame_that_paintout_made_is_to_be_deleted_not_rendered(step, done, tmp_path, capsys, caplog):
    shutil.copytree(done, tmp_path, dirs_exist_ok=True)
    place = Place(tmp_path, quick=False)
    for number in FRAMES:
        place.out(number).unlink()
    (broken,) = (tmp_path / f"out/clean.work/flow-inpaint/{step}").glob("*.0002.exr")
    broken.write_bytes(b"")
    assert place.run() in (1, 2)
    said = capsys.readouterr().err + caplog.text
    assert f"{step}.0002.exr: damaged EXR: the file is empty" in said
    assert "delete it" in said
    assert "render or copy" not in said
    if step == "motion":
        broken.unlink()
        assert place.run() == 0


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A finished job with its work folder."""
    place = Place(tmp_path_factory.mktemp("done"), quick=False).make()
    assert place.run() == 0
    return place.folder
