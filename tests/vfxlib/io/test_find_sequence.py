"""The frames of a sequence are found whole, or what is there is named."""

import errno
import os
import unicodedata

import pytest

from vfxlib.errors import SequenceError
from vfxlib.io.find_sequence import find_sequence


def touch(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


def test_frames_on_disk_are_found_in_order(tmp_path):
    touch(tmp_path, "plate.1003.exr", "plate.1001.exr", "plate.0999.exr", "plate.10001.exr", "plate.-0002.exr")
    for text in ("plate.####.exr", "plate.%04d.exr", "plate.$F4.exr"):
        _, frames = find_sequence(tmp_path / text)
        assert frames == (-2, 999, 1001, 1003, 10001)


@pytest.mark.parametrize(
    ("files", "spelling", "padding", "frames"),
    [
        pytest.param([1, 9, 10, 99, 100, 1000], "", 1, (1, 1000), id="without padding, over three powers of ten"),
        pytest.param([1, 9, 10, 99, 100, 1000], "plate.#.exr", 1, (1, 1000), id="without padding, spelt"),
        pytest.param(["9998", "9999", "10000"], "", 4, (9998, 10000), id="the fifth digit"),
        pytest.param(["0998", "0999", "10000"], "plate.####.exr", 4, (998, 10000), id="the fifth digit, spelt"),
        pytest.param(["-0002", "-0001", "0000"], "", 4, (-2, 0), id="a minus before the padding"),
        pytest.param(["-002", "-001", "0000"], "", 4, (-2, 0), id="a minus in the padding"),
        pytest.param(["-002", "-001", "0000"], "plate.%04d.exr", 4, (-2, 0), id="a minus in the padding, spelt"),
        pytest.param([-10, -9, 9, 10], "", 1, (-10, 10), id="below zero without padding"),
        pytest.param(["1700000001", "1700000000"], "", 10, (1700000000, 1700000001), id="ten digits"),
        pytest.param(["2147483647"], "plate.#.exr", 1, (2147483647,) * 2, id="the last frame, spelt"),
        pytest.param(["000000000007", "000000000008"], "", 12, (7, 8), id="twelve digits, most of them zeros"),
        pytest.param(["-0", "1"], "plate.-#.exr", 1, (0, 1), id="zero below zero is a dash"),
    ],
)
def test_numbers_that_one_padding_explains_are_one_sequence(tmp_path, files, spelling, padding, frames):
    names = [f"plate.{digits}.exr" for digits in files]
    touch(tmp_path, *(name.replace("plate.1.", "plate.-1.") if "-#" in spelling else name for name in names))
    name, found = find_sequence(tmp_path / spelling)
    assert (name.padding, found[0], found[-1]) == (padding, *frames)
    assert len(found) == len(names)
    assert all(name.path(number).exists() for number in found)


@pytest.mark.parametrize(
    ("files", "spelling", "named"),
    [
        pytest.param(["1", "2", "3", "0010"], "", ("plate.#.exr 1-3", "plate.####.exr 10"), id="a folder"),
        pytest.param(["1", "2", "3", "0010"], "plate.####.exr", ("plate.#.exr 1-3",), id="the longer one spelt"),
        pytest.param(["1", "2", "3", "0010"], "plate.#.exr", ("plate.####.exr 10",), id="the shorter one spelt"),
        pytest.param(["7", "0007"], "", ("plate.#.exr 7", "plate.####.exr 7"), id="two files for one frame"),
        pytest.param(["0007", "00008"], "plate.%04d.exr", ("plate.#####.exr 8",), id="four digits and five"),
        pytest.param(["-0002", "-001", "0000"], "plate.####.exr", ("plate.###.exr -1",), id="two kinds of minus"),
        pytest.param(["+1", "2"], "plate.#.exr", ("plate.+1.exr",), id="a plus"),
        pytest.param(["-0", "2"], "plate.#.exr", ("plate.-0.exr",), id="zero below zero"),
    ],
)
def test_frames_of_two_paddings_are_refused_with_both(tmp_path, files, spelling, named):
    touch(tmp_path, *(f"plate.{digits}.exr" for digits in files))
    with pytest.raises(SequenceError, match="padded in different ways") as caught:
        find_sequence(tmp_path / spelling)
    for words in named:
        assert words in caught.value.problem
    assert "rename them" in caught.value.fix


def test_numbers_without_padding_are_not_taken_for_the_few_that_fit(tmp_path):
    touch(tmp_path, *(f"plate.{number}.exr" for number in (8, 9, 10, 1000)))
    with pytest.raises(SequenceError, match=r"plate\.####\.exr 1000, plate\.#\.exr 8-10") as caught:
        find_sequence(tmp_path / "plate.####.exr")
    assert caught.value.fix == f"write {tmp_path / 'plate.#.exr'}"


def test_a_spelling_tells_two_pictures_of_one_frame_apart(tmp_path):
    touch(tmp_path, *(f"plate.{digits}.exr" for digits in ("7", "0007", "8", "0008")))
    assert find_sequence(tmp_path / "plate.####.exr")[0].path(7).name == "plate.0007.exr"
    assert find_sequence(tmp_path / "plate.#.exr")[0].path(7).name == "plate.7.exr"


def test_a_range_tells_which_of_two_paddings_is_meant(tmp_path):
    touch(tmp_path, "plate.1.exr", "plate.2.exr", "plate.0010.exr", "plate.0011.exr")
    assert find_sequence(tmp_path / "plate.1-2#.exr")[1] == (1, 2)
    assert find_sequence(tmp_path / "plate.10-11####.exr")[1] == (10, 11)
    with pytest.raises(SequenceError) as caught:
        find_sequence(tmp_path)
    assert "plate.1-2#.exr" in caught.value.fix


@pytest.mark.parametrize("spelling", ["", "plate.#.exr"])
def test_numbers_that_no_frame_can_have_are_named(tmp_path, spelling):
    touch(tmp_path, "plate.202401150930.exr", "plate.202401150931.exr")
    with pytest.raises(SequenceError, match="go beyond frame 2147483647"):
        find_sequence(tmp_path / spelling)


def test_digits_of_other_scripts_are_no_frame_number(tmp_path):
    touch(tmp_path, "plate.١٢.exr", "plate.²³.exr", "plate.１２.exr")
    with pytest.raises(SequenceError, match="several sequences"):
        find_sequence(tmp_path)
    with pytest.raises(SequenceError, match="no frame"):
        find_sequence(tmp_path / "plate.##.exr")


def test_a_broken_link_and_a_folder_among_the_frames_are_frames_that_cannot_be_read(tmp_path):
    touch(tmp_path, "plate.0001.exr")
    (tmp_path / "plate.0002.exr").symlink_to(tmp_path / "plate.0001.exr")
    (tmp_path / "plate.0003.exr").symlink_to(tmp_path / "away.exr")
    (tmp_path / "plate.0004.exr").mkdir()
    (tmp_path / "other.0005.exr").mkdir()
    for spelling in ("", "plate.####.exr"):
        assert find_sequence(tmp_path / spelling)[1] == (1, 2, 3, 4)


def test_a_hidden_sequence_is_found_by_its_name_alone(tmp_path):
    touch(tmp_path, ".plate.0001.exr", "plate.0001.exr.tmp", "plate.0007.exr")
    assert find_sequence(tmp_path)[1] == (7,)
    assert find_sequence(tmp_path / ".plate.####.exr")[1] == (1,)


def test_a_folder_that_may_not_be_read_is_not_an_empty_one(tmp_path, monkeypatch):
    def refuse(folder):
        raise PermissionError(errno.EACCES, "Permission denied", str(folder))

    monkeypatch.setattr(os, "scandir", refuse)
    for spelling in ("", "plate.####.exr", "still.exr"):
        with pytest.raises(SequenceError, match="Permission denied"):
            find_sequence(tmp_path / spelling)


def test_a_name_that_only_looks_the_same_is_told_from_the_one_that_is_meant(tmp_path):
    touch(tmp_path, unicodedata.normalize("NFD", "platé.0001.exr"))
    for spelling in ("platé.####.exr", "platé.0001.exr"):
        with pytest.raises(SequenceError, match="accents are stored in another way"):
            find_sequence(tmp_path / unicodedata.normalize("NFC", spelling))


def test_a_name_that_no_file_can_have_is_refused():
    for text in ("a\0b.####.exr", "a\0/b.####.exr", "\ud800.####.exr", "~\ud800.####.exr", "~\0/a.exr"):
        with pytest.raises(SequenceError, match="no name can have"):
            find_sequence(text)


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
        ("photo_1718041234.png", 1),
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
