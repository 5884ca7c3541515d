"""Frame lists read as people write them, and come back as the same frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vfxlib.errors import UsageError
from vfxlib.io.frames import chunks, format_frames, parse_frames


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
    ],
)
def test_a_frame_list_names_its_frames(text, frames):
    assert parse_frames(text) == frames


@pytest.mark.parametrize(
    "text", ["", "a", "5-1", "1-5x0", "1,,2", "1-10000000", "1-2-3", "1.5", "٣", "9" * 5000, "1-" + "9" * 18]
)
def test_what_is_no_frame_list_is_refused_with_the_way_to_write_one(text):
    with pytest.raises(UsageError) as caught:
        parse_frames(text)
    assert caught.value.fix


def test_many_ranges_together_are_refused_before_they_fill_the_memory():
    with pytest.raises(UsageError, match="over 1000000 frames"):
        parse_frames(",".join(f"{first}-{first + 900_000}" for first in range(0, 10**9, 10**6)))


def test_a_long_text_is_told_in_short():
    with pytest.raises(UsageError) as caught:
        parse_frames("1," * 5000)
    assert len(str(caught.value)) < 200


def test_a_list_without_any_order_is_written_in_a_moment():
    frames = [number * number for number in range(100_000)]
    assert parse_frames(format_frames(frames)) == tuple(frames)


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


@given(st.lists(st.integers(), max_size=40), st.integers(1, 50))
def test_chunks_put_together_are_the_whole_in_order(frames, size):
    cut = chunks(frames, size)
    assert [frame for run in cut for frame in run] == frames
    assert all(1 <= len(run) <= size for run in cut)
