"""Every spelling of a sequence means the same files, and what is not there is named."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vfxlib.errors import SequenceError
from vfxlib.io.sequence import SequenceName, find_sequence, parse_sequence


def touch(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    ("text", "frame", "path"),
    [
        pytest.param("a/plate.####.exr", 7, "a/plate.0007.exr", id="hashes"),
        pytest.param("a/plate.#.exr", 1007, "a/plate.1007.exr", id="one hash is one digit at least"),
        pytest.param("a/plate.######.exr", 7, "a/plate.000007.exr", id="six hashes"),
        pytest.param("a/plate.%04d.exr", 7, "a/plate.0007.exr", id="printf"),
        pytest.param("a/plate.%d.exr", 7, "a/plate.7.exr", id="printf without padding"),
        pytest.param("a/plate.$F4.exr", 7, "a/plate.0007.exr", id="Houdini"),
        pytest.param("a/plate.$F.exr", 7, "a/plate.7.exr", id="Houdini without padding"),
        pytest.param("a/plate.1001-1020####.exr", 1007, "a/plate.1007.exr", id="range in the name"),
        pytest.param("a/plate.1001-1020%04d.exr", 1007, "a/plate.1007.exr", id="range before printf"),
        pytest.param("a/plate.####.exr", 12345, "a/plate.12345.exr", id="more digits than padding"),
        pytest.param("a/plate.####.exr", -7, "a/plate.-0007.exr", id="below zero"),
        pytest.param("sh010_v003/sh010_v003.####.exr", 7, "sh010_v003/sh010_v003.0007.exr", id="digits elsewhere"),
        pytest.param("/a b/pla te.####.exr", 7, "/a b/pla te.0007.exr", id="absolute, with spaces"),
        pytest.param("plate_####", 7, "plate_0007", id="without a file type"),
        pytest.param("100%/plate.####.exr", 7, "100%/plate.0007.exr", id="a percent sign in the folder"),
    ],
)
def test_every_spelling_names_its_files(text, frame, path):
    assert parse_sequence(text).path(frame) == Path(path)


def test_a_range_in_the_name_gives_the_limits():
    name = parse_sequence("plate.1001-1020####.exr")
    assert name.limits == (1001, 1020)
    assert name.spelling == "plate.####.exr"
    assert parse_sequence("shot-10-####.exr").limits is None


@pytest.mark.parametrize("text", ["", "a/", "a/..", "a/####/plate.exr", "plate.##.####.exr", "plate.20-10####.exr"])
def test_a_name_that_cannot_be_one_is_refused(text):
    with pytest.raises(SequenceError) as caught:
        parse_sequence(text)
    assert caught.value.fix


def test_a_name_without_a_mark_is_one_file():
    name = parse_sequence("a/still.v1.exr")
    assert name.padding == 0
    assert name.path(5) == Path("a/still.v1.exr")
    assert name.spelling == "a/still.v1.exr"


def test_frames_on_disk_are_found_in_order(tmp_path):
    touch(tmp_path, "plate.1003.exr", "plate.1001.exr", "plate.0999.exr", "plate.10001.exr", "plate.-0002.exr")
    for text in ("plate.####.exr", "plate.%04d.exr", "plate.$F4.exr"):
        _, frames = find_sequence(tmp_path / text)
        assert frames == (-2, 999, 1001, 1003, 10001)


def test_another_padding_is_another_sequence(tmp_path):
    touch(tmp_path, "plate.7.exr", "plate.0008.exr", "plate.00009.exr")
    assert find_sequence(tmp_path / "plate.####.exr")[1] == (8,)
    assert find_sequence(tmp_path / "plate.%d.exr")[1] == (7,)


def test_limits_cut_the_frames(tmp_path):
    touch(tmp_path, *[f"plate.{n}.exr" for n in range(1001, 1010)])
    assert find_sequence(tmp_path / "plate.1003-1005####.exr")[1] == (1003, 1004, 1005)


def test_a_folder_with_one_sequence_is_that_sequence(tmp_path):
    touch(
        tmp_path, "plate.1001.exr", "plate.1002.exr", ".plate.1003.exr.77.tmp", "._plate.1001.exr", "notes.txt", "x.nk~"
    )
    (tmp_path / "old.1000.exr").mkdir()
    name, frames = find_sequence(tmp_path)
    assert frames == (1001, 1002)
    assert name.spelling == str(tmp_path / "plate.####.exr")


def test_a_folder_of_unpadded_numbers_is_read_whole(tmp_path):
    touch(tmp_path, *[f"f{n}.png" for n in (8, 9, 10, 11, 100)])
    name, frames = find_sequence(tmp_path)
    assert frames == (8, 9, 10, 11, 100)
    assert name.path(9).name == "f9.png"


def test_a_folder_with_several_sequences_lists_them(tmp_path):
    touch(tmp_path, "plate.1001.exr", "matte.1001.exr", "matte.1002.exr")
    with pytest.raises(SequenceError, match=r"matte\.####\.exr, plate\.####\.exr") as caught:
        find_sequence(tmp_path)
    assert "matte.####.exr" in caught.value.fix


def test_a_folder_with_two_kinds_of_file_lists_both(tmp_path):
    touch(tmp_path, "plate.1001.exr", "plate.1001.jpg")
    with pytest.raises(SequenceError, match="several sequences"):
        find_sequence(tmp_path)


def test_an_empty_folder_is_said_to_hold_no_pictures(tmp_path):
    with pytest.raises(SequenceError, match="no pictures"):
        find_sequence(tmp_path)


@pytest.mark.parametrize(
    ("file", "frame"),
    [
        ("plate.1001.exr", 1001),
        ("still.exr", 1),
        ("shot-0012.exr", 12),
        ("shot.-0012.exr", -12),
        ("v2_20261121093059.png", 1),
    ],
)
def test_one_file_is_a_sequence_of_one_frame(tmp_path, file, frame):
    touch(tmp_path, file, "plate.1002.exr")
    name, frames = find_sequence(tmp_path / file)
    assert frames == (frame,)
    assert name.path(frame) == tmp_path / file


@pytest.mark.parametrize("file", ["plate_v003.exr", "take2.exr", "v12.exr"])
def test_a_version_or_a_take_is_no_frame_number(tmp_path, file):
    touch(tmp_path, file)
    name, frames = find_sequence(tmp_path / file)
    assert frames == (1,)
    assert name.path(1) == tmp_path / file


def test_a_missing_sequence_says_what_is_there_instead(tmp_path):
    touch(tmp_path, *[f"plate_v2.{n}.exr" for n in range(1001, 1006)])
    with pytest.raises(SequenceError) as caught:
        find_sequence(tmp_path / "plate_v1.####.exr")
    assert "plate_v2.####.exr 1001-1005" in caught.value.fix


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(SequenceError, match="does not exist"):
        find_sequence(tmp_path / "nowhere" / "plate.####.exr")
    with pytest.raises(SequenceError, match="does not exist"):
        find_sequence(tmp_path / "still.exr")


def test_a_range_without_frames_on_disk_names_the_range(tmp_path):
    touch(tmp_path, "plate.0001.exr")
    with pytest.raises(SequenceError, match="1001-1003"):
        find_sequence(tmp_path / "plate.1001-1003####.exr")


def test_a_relative_name_stays_relative(tmp_path, monkeypatch):
    touch(tmp_path / "plate", "plate.0001.exr")
    monkeypatch.chdir(tmp_path)
    name, _ = find_sequence("plate")
    assert name.spelling == os.path.join("plate", "plate.####.exr")


@given(st.integers(-99999, 99999), st.integers(1, 6))
def test_a_frame_number_comes_back_from_its_file_name(frame, padding):
    name = SequenceName(Path("a"), "plate.", padding, ".exr")
    digits = name.path(frame).name[len("plate.") : -len(".exr")]
    assert int(digits) == frame
    assert len(digits.lstrip("-")) >= padding
