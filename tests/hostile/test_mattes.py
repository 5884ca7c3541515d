"""Mattes as no program should write them and some do: the right hole, or an error that names the file."""

import json
import os

import numpy as np
import pytest
from PIL import Image

from tests.exr import write
from tests.hostile.place import FRAMES, HEIGHT, WIDTH, Case, Place, cases, try_case
from vfxlib.inputs.cryptomatte import id_of
from vfxlib.io.exr import read_channels

SIZE = (WIDTH, HEIGHT)
CRYPTO = ("--matte-channel", "cryptomatte:object/car")
DEEP = "[" * 100_000


def inside(value=1, dtype=np.float16) -> np.ndarray:
    """A square of a value, on zeros."""
    matte = np.zeros((HEIGHT, WIDTH), dtype)
    matte[15:25, 24:36] = value
    return matte


def each(make, *words: str, name: str = "matte/matte.{:04d}.exr"):
    """A case's maker: something done to every matte frame, then the node's command with more words."""

    def prepare(place: Place) -> list[str]:
        for number in FRAMES:
            make(place.folder / name.format(number))
        return place.words(*words, matte=name.replace("{:04d}", "####"))

    return prepare


def crypto(**attributes: str):
    """A Cryptomatte of one object, with what its header says beside its name."""

    def make(path) -> None:
        number = np.array([id_of("car")], np.uint32).view(np.float32)[0]
        ranks = {"R": inside(number, np.float32), "G": inside(1, np.float32)}
        ranks |= {letter: inside(0, np.float32) for letter in "BA"}
        stored = {"cryptomatte/1a2b3c4/name": "object"}
        stored |= {f"cryptomatte/1a2b3c4/{name}": value for name, value in attributes.items()}
        write(path, {f"object00.{letter}": rank for letter, rank in ranks.items()}, SIZE, colorInteropID="", **stored)

    return make


def sidecar(make, name: str = "names.json"):
    """A Cryptomatte whose header names a file for its manifest, and that file."""

    def prepare(place: Place) -> list[str]:
        words = each(crypto(manif_file=name), *CRYPTO)(place)
        path = place.folder / "matte" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
        return words

    return prepare


def written(words: str | bytes):
    return lambda path: path.write_bytes(words if isinstance(words, bytes) else words.encode())


def manifest(words: str, code: int = 2, *says: str, result: tuple[int, ...] = ()) -> Case:
    name = words if len(words) < 40 else words[:5] + "..."
    return Case(f"the manifest {name}", each(crypto(manifest=words), *CRYPTO), code, says, result)


TABLE = [
    manifest(json.dumps({"car": f"{id_of('car'):08x}"}), 0, result=FRAMES),
    manifest(DEEP, 2, "matte.0001.exr", "manifest", "nested deeper than 64 levels"),
    manifest("[1, 2]", 2, "manifest"),
    manifest("5", 2, "manifest"),
    manifest('{"car": [1]}', 2, "manifest"),
    manifest('{"car": NaN}', 2, "manifest"),
    manifest('{"car": "' + "f" * 5000 + '"}', (0, 2)),
    manifest('{"car": ' + "9" * 5000 + "}", 2, "manifest"),
    manifest('{"\\u0000\\ud800": "00000001"}', 2, "has no 'car'"),
    Case(
        "a manifest below the frames' folder",
        sidecar(written(json.dumps({"car": f"{id_of('car'):08x}"})), "names/all.json"),
        0,
        (),
        FRAMES,
    ),
    Case("a manifest that is not there", each(crypto(manif_file="names.json"), *CRYPTO), 0, (), FRAMES),
    Case(
        "a manifest out of the folder",
        each(crypto(manif_file="../../dev/zero"), *CRYPTO),
        0,
        ("'../../dev/zero', which must lie beside the frames",),
        FRAMES,
    ),
    Case("a manifest anywhere", each(crypto(manif_file="/dev/zero"), *CRYPTO), 0, ("must lie beside",), FRAMES),
    Case("a pipe for a manifest", sidecar(os.mkfifo), 0, ("names.json", "no regular file"), FRAMES),
    Case(
        "a device for a manifest", sidecar(lambda path: path.symlink_to("/dev/zero")), 0, ("no regular file",), FRAMES
    ),
    Case("a manifest too deep", sidecar(written(DEEP)), 2, ("names.json", "nested deeper"), ()),
    Case("a manifest in Latin-1", sidecar(written(b'{"caf\xe9": "00000001"}')), 2, ("names.json", "manifest"), ()),
    Case(
        "a manifest of 65 MiB",
        sidecar(lambda path: (path.touch(), os.truncate(path, 65 << 20))),
        2,
        ("names.json", "manifest"),
        (),
    ),
    Case(
        "a name that is no text",
        each(crypto(), "--matte-channel", "cryptomatte:object/caf\udce9"),
        2,
        ("matte is empty",),
        (),
    ),
    Case(
        "a pipe for a matte",
        lambda place: (os.mkfifo(place.folder / "a.png"), place.words(matte="a.png"))[1],
        2,
        ("a.png",),
        (),
    ),
    Case("whole numbers of 32 bits", each(lambda p: write(p, {"A": inside(2, np.uint32)}, SIZE)), 0, (), FRAMES),
    Case(
        "one of the whole numbers of 32 bits",
        each(lambda p: write(p, {"A": inside(60000, np.uint32)}, SIZE), "--matte-id", "60000"),
        0,
        (),
        FRAMES,
    ),
    Case("infinity", each(lambda p: write(p, {"A": inside(np.inf, np.float32)}, SIZE)), 0, (), FRAMES),
    Case("the largest number", each(lambda p: write(p, {"A": inside(3e38, np.float32)}, SIZE)), 0, (), FRAMES),
    Case(
        "NaN",
        each(lambda p: write(p, {"A": outside_nan(np.float32)}, SIZE)),
        0,
        ("are NaN",),
        FRAMES,
    ),
    Case("NaN in halfs", each(lambda p: write(p, {"A": outside_nan(np.float16)}, SIZE)), 0, ("are NaN",), FRAMES),
]


def outside_nan(dtype) -> np.ndarray:
    """NaN that a processor complains about, outside the square."""
    matte = inside(1, dtype)
    matte.view(f"u{matte.dtype.itemsize}")[:10] = 0x7D01 if dtype == np.float16 else 0x7F800001
    return matte


@cases(TABLE)
def test_an_odd_matte_makes_its_hole_or_is_named(case, tmp_path, capsys):
    place = try_case(case, tmp_path, capsys)
    for number in case.result or ():
        hole = read_channels(place.out(number), number).channels["matte.A"] > 0
        assert np.array_equal(hole, inside() > 0)


@pytest.mark.parametrize("colours", [[0] * 6, [0] * 768], ids=["two colours", "256 colours"])
def test_of_a_palette_that_is_all_black_the_numbers_count(colours, tmp_path):
    place = Place(tmp_path).make()
    palette = Image.new("P", SIZE, 0)
    palette.paste(1, (24, 15, 36, 25))
    palette.putpalette(colours)
    for number in FRAMES:
        palette.save(tmp_path / f"matte/index.{number:04d}.png")
    assert place.run(matte="matte/index.####.png") == 0
    assert np.array_equal(read_channels(place.out(1), 1).channels["matte.A"] > 0, inside() > 0)


@pytest.mark.parametrize("number", [0, 1])
def test_a_black_frame_of_a_grey_palette_stays_empty(number, tmp_path):
    place = Place(tmp_path).make()
    black = Image.new("P", SIZE, number)
    black.putpalette([0, 0, 0, 0, 0, 0, 255, 255, 255])  # black has two numbers
    black.save(tmp_path / "matte/index.0002.png")
    white = Image.new("P", SIZE, 0)
    white.paste(2, (24, 15, 36, 25))
    white.putpalette([0, 0, 0, 0, 0, 0, 255, 255, 255])
    for other in (1, 3):
        white.save(tmp_path / f"matte/index.{other:04d}.png")
    assert place.run(matte="matte/index.####.png") == 0
    assert not read_channels(place.out(2), 2).channels["matte.A"].any()
    assert np.array_equal(read_channels(place.out(1), 1).channels["matte.A"] > 0, inside() > 0)
