"""Frame lists read as people write them, and come back as the same frames."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vfxlib.errors import UsageError
from vfxlib.io.frames import LAST_FRAME, chunks, format_frames, parse_frame, parse_frames


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        pytest.param("7", (7,), id="one frame"),
        pytest.param("1001-1004", (1001, 1002, 1003, 1004), id="a range"),
        pytest.param("1-9x4", (1, 5, 9), id="every fourth"),
        pytest.param("1-9:4", (1, 5, 9), id="every fourth with a colon"),
        pytest.param("5, 1-2 ,2", (1, 2, 5), id="spaces and doubles"),
        pytest.param("-3--1", (-3, -2, -1), id="below zero"),
        pytest.param("-1-1", (-1, 0, 1), id="across zero"),
        pytest.param("1001 - 1003", (1001, 1002, 1003), id="spaces around the dash"),
        pytest.param("0007," + "0" * 5000 + "8", (7, 8), id="zeros in front"),
        pytest.param("2147483647,-2147483647", (-2147483647, 2147483647), id="the last frames"),
    ],
)
def test_a_frame_list_names_its_frames(text, frames):
    assert parse_frames(text) == frames


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "5-1", "1-5x0", "1,,2", "1-10000000", "1-2-3", "1.5", "1\0", "\ud800", "+1", "1e3", "0x10"),
        *("5 10", "1-5 10", "١٢", "²", "１２", "1–5", "1_000"),
        *("2147483648", "-2147483648", "1-2147483648", "9" * 5000, "1-9x" + "9" * 5000, "-" + "9" * 100_000),
        *(",".join(["1-1000000"] * 3), "," * 2_000_000, ",".join(["1-999999"] * 20_000), "1," * 1_000_001 + "1"),
    ],
    ids=lambda text: f"{text[:12]!a} of {len(text)}",
)
def test_what_is_no_frame_list_is_refused_in_few_words_with_the_way_to_write_one(text):
    with pytest.raises(UsageError) as caught:
        parse_frames(text)
    assert caught.value.fix
    assert len(str(caught.value)) < 250


@given(st.integers(-(2**40), 2**40))
def test_a_frame_is_one_of_32_bits(number):
    assert parse_frame(str(number)) == (number if abs(number) <= LAST_FRAME else None)


@given(st.sets(st.integers(-2000, 2000), max_size=60))
def test_formatted_frames_come_back_as_the_same_frames(frames):
    text = format_frames(frames)
    assert (parse_frames(text) if text else ()) == tuple(sorted(frames))


@pytest.mark.parametrize(
    ("frames", "text"),
    [
        ((), ""),
        ((4,), "4"),
        ((1, 2, 3), "1-3"),
        ((1, 3, 5), "1-5x2"),
        ((1, 9), "1,9"),
        ((1, 2, 3, 7, 9, 11), "1-3,7-11x2"),
    ],
)
def test_the_shortest_spelling_is_used(frames, text):
    assert format_frames(frames) == text


def test_a_list_in_a_message_ends_after_some():
    assert format_frames([1, 2, 3, 7, 9, 14, 30], most=2) == "1-3,7 and 3 more"
    assert format_frames([1, 2, 3, 7], most=2) == "1-3,7"


def test_a_list_without_any_order_takes_no_long_time():
    started = time.process_time()
    format_frames(i * i for i in range(100_000))
    assert time.process_time() - started < 2


@given(st.lists(st.integers(), max_size=40), st.integers(1, 50))
def test_chunks_put_together_are_the_whole_in_order(frames, size):
    cut = chunks(frames, size)
    assert [frame for run in cut for frame in run] == frames
    assert all(1 <= len(run) <= size for run in cut)
