"""Every spelling of a sequence means the same files, and a name that cannot be one is refused."""

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vfxlib.errors import SequenceError
from vfxlib.io.sequence import SequenceName, parse_sequence


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
    assert parse_sequence("plate.-5--1####.exr").limits == (-5, -1)


def test_a_dash_is_no_minus():
    name = parse_sequence("shot-1001-1020####.exr")
    assert (name.prefix, name.limits) == ("shot-", (1001, 1020))


@pytest.mark.parametrize(
    "text",
    [
        *("", "a/", "a/..", "a/####/plate.exr", "a/%04d/plate.####.exr", "plate.##.####.exr", "plate.20-10####.exr"),
        *("plate.%099999999d.exr", "plate.$F999.exr", f"plate.{'#' * 300}.exr", f"plate.%0{'9' * 5000}d.exr"),
        *("plate.1-3000000000####.exr", f"plate.1-{'9' * 5000}####.exr", "a\0b.####.exr", "a\ud800b.####.exr"),
    ],
    ids=lambda text: ascii(text[:30]),
)
def test_a_name_that_cannot_be_one_is_refused(text):
    with pytest.raises(SequenceError) as caught:
        parse_sequence(text)
    assert caught.value.fix


def test_a_folder_that_is_really_called_so_is_one(tmp_path):
    for folder in ("take#3", "%04d", "$F4"):
        (tmp_path / folder).mkdir()
        assert parse_sequence(tmp_path / folder / "new" / "plate.####.exr").folder == tmp_path / folder / "new"
        with pytest.raises(SequenceError, match="folder's name"):
            parse_sequence(tmp_path / folder / "####" / "plate.exr")


@pytest.mark.parametrize("text", ["1-" * 30_000, "1" * 60_000, "-" * 60_000, "#a" * 30_000, "1-1####" * 9000])
def test_a_long_name_takes_no_long_time(text):
    started = time.process_time()
    with contextlib.suppress(SequenceError):
        parse_sequence(text)
    assert time.process_time() - started < 1


def test_a_name_without_a_mark_is_one_file():
    name = parse_sequence("a/still.v1.exr")
    assert name.padding == 0
    assert name.path(5) == Path("a/still.v1.exr")
    assert name.spelling == "a/still.v1.exr"


@given(st.integers(-99999, 99999), st.integers(1, 6))
def test_a_frame_number_comes_back_from_its_file_name(frame, padding):
    name = SequenceName(Path("a"), "plate.", padding, ".exr")
    digits = name.path(frame).name[len("plate.") : -len(".exr")]
    assert int(digits) == frame
    assert len(digits.lstrip("-")) >= padding


@given(st.integers(-99999, 99999), st.integers(1, 6))
def test_a_number_padded_as_printf_does_comes_back_too(frame, padding):
    digits = SequenceName(Path("a"), "plate.", padding, ".exr", printf=True).digits(frame)
    assert digits == f"%0{padding}d" % frame
    assert int(digits) == frame
