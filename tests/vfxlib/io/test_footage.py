"""Footage is the same thing whatever its files are; its colour is found or what is there is listed."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from PIL import Image

from vfxlib.errors import PictureError, SequenceError
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import file_digest, open_footage, rgb, rgb_names
from vfxlib.io.movie import write_movie
from vfxlib.io.png import write_png

BOX = Box(0, 0, 24, 16)


def frame_of(number, names="RGB", dtype=np.float16):
    return {name: np.full((16, 24), number + i / 8, dtype) for i, name in enumerate(names)}


def exr(path, channels):
    write_exr(path, display=BOX, origin=(0, 0), data=BOX, aspect=1.0, channels=channels, attributes={})
    return path


@pytest.fixture
def sequence(tmp_path):
    for number in (1001, 1002, 1004):
        exr(tmp_path / f"plate.{number}.exr", frame_of(number - 1000))
    return tmp_path


@pytest.mark.parametrize(
    "spelling", ["plate.####.exr", "plate.%04d.exr", "plate.$F4.exr", "", "plate.1001-1004####.exr"]
)
def test_every_spelling_opens_the_same_footage(sequence, spelling):
    footage = open_footage(str(sequence / spelling))
    assert footage.spelling == str(sequence / "plate.####.exr")
    assert footage.frames == (1001, 1002, 1004)
    assert footage.format == "exr"
    assert footage.path(1002) == sequence / "plate.1002.exr"
    assert footage.header(1002).display == BOX
    assert footage.read(1004, ["G"]).channels["G"][0, 0] == 4.125


def test_a_missing_frame_is_named_with_those_that_are_there(sequence):
    footage = open_footage(sequence)
    for call in (footage.path, footage.header, footage.read, partial(footage.digest, of_file=file_digest)):
        with pytest.raises(SequenceError, match="frame 1003 is missing") as caught:
            call(1003)
        assert "1001-1002,1004" in caught.value.fix


def test_a_digest_follows_the_content_and_not_the_name(sequence):
    footage = open_footage(sequence)
    first = footage.digest(1001, file_digest)
    assert first == hashlib.sha256((sequence / "plate.1001.exr").read_bytes()).hexdigest()
    (sequence / "plate.1002.exr").write_bytes((sequence / "plate.1001.exr").read_bytes())
    assert footage.digest(1002, file_digest) == first
    exr(sequence / "plate.1002.exr", frame_of(9))
    assert footage.digest(1002, file_digest) != first


def test_a_movie_is_footage_from_frame_one(tmp_path):
    write_movie(tmp_path / "a.mp4", [np.full((16, 24, 3), 40 * n, np.uint8) for n in range(1, 5)], Fraction(24))
    footage = open_footage(tmp_path / "a.mp4")
    assert footage.frames == (1, 2, 3, 4)
    assert footage.format == "movie"
    assert footage.header(3).format == "movie"
    assert rgb(footage.read(3)).mean() == pytest.approx(120 / 255, abs=0.01)
    assert len({footage.digest(n, file_digest) for n in footage.frames}) == 4
    with pytest.raises(SequenceError, match="frame 5 is missing"):
        footage.read(5)


def test_several_threads_read_what_one_reads(tmp_path):
    write_movie(tmp_path / "a.mp4", [np.full((16, 24, 3), 20 * n, np.uint8) for n in range(1, 11)], Fraction(24))
    footage = open_footage(tmp_path / "a.mp4")
    alone = [rgb(footage.read(n)).tobytes() for n in footage.frames]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda n: rgb(footage.read(n)).tobytes(), footage.frames * 3))
    assert together == alone * 3


def test_a_frame_is_read_by_its_content_whatever_its_name_says(tmp_path):
    write_png(tmp_path / "a.0001.exr", np.full((16, 24, 3), 7, np.uint8))
    footage = open_footage(tmp_path)
    assert footage.header(1).format == "png"
    assert rgb(footage.read(1)).max() == 7


def test_a_frame_of_another_kind_than_the_first_is_refused_by_name(tmp_path):
    exr(tmp_path / "a.0001.exr", frame_of(1))
    write_png(tmp_path / "a.0002.exr", np.full((16, 24, 3), 7, np.uint8))
    footage = open_footage(tmp_path)
    for look in (footage.header, footage.read):
        with pytest.raises(PictureError, match=r"a\.0002\.exr: frame 2 is PNG, frame 1 EXR"):
            look(2)


def test_a_first_frame_that_says_nothing_leaves_the_others_their_kind(tmp_path):
    (tmp_path / "a.0001.jpg").write_bytes(b"")
    Image.new("RGB", (8, 8)).save(tmp_path / "a.0002.jpg")
    footage = open_footage(tmp_path)
    assert footage.header(2).format == "jpeg"
    with pytest.raises(PictureError, match="neither"):
        footage.header(1)


@pytest.mark.parametrize(
    ("names", "layer", "found"),
    [
        pytest.param("RGB", "", ("R", "G", "B"), id="plain"),
        pytest.param(
            ["fill.R", "fill.G", "fill.B", "R", "G", "B"], "fill", ("fill.R", "fill.G", "fill.B"), id="a layer"
        ),
        pytest.param(["a.red", "a.green", "a.blue"], "a", ("a.red", "a.green", "a.blue"), id="long names"),
        pytest.param("Y", "", ("Y", "Y", "Y"), id="grey"),
        pytest.param(
            ["v.Combined.R", "v.Combined.G", "v.Combined.B", "v.Depth.Z"],
            "",
            ("v.Combined.R", "v.Combined.G", "v.Combined.B"),
            id="Blender",
        ),
    ],
)
def test_colour_is_found_by_its_names(tmp_path, names, layer, found):
    footage = open_footage(exr(tmp_path / "a.exr", frame_of(1, names)))
    assert rgb_names(footage.header(1), layer) == found
    colour = rgb(footage.read(1), layer)
    assert colour.shape == (16, 24, 3)
    assert colour.dtype == np.float16
    assert colour[0, 0, 1] == footage.read(1).channels[found[1]][0, 0]


@pytest.mark.parametrize(("names", "layer"), [("RG", ""), (["forward.u"], ""), ("RGB", "fill")])
def test_where_there_is_no_colour_what_is_there_is_listed(tmp_path, names, layer):
    footage = open_footage(exr(tmp_path / "a.exr", frame_of(1, names)))
    with pytest.raises(PictureError, match="no red, green and blue") as caught:
        rgb(footage.read(1), layer)
    assert sorted(names)[0] in caught.value.fix


def test_what_is_neither_picture_nor_movie_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(PictureError, match="neither a picture nor a movie"):
        open_footage(tmp_path / "notes.txt")
    with pytest.raises(SequenceError, match="does not exist"):
        open_footage(tmp_path / "absent.mov")


def test_a_sequence_is_read_without_pyav(sequence):
    code = f"""
import sys
sys.modules["av"] = None
from vfxlib.io.footage import open_footage
print(open_footage({str(sequence)!r}).read(1002).channels["R"][0, 0])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "2.0"
