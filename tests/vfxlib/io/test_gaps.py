"""What is missing is said in few words, however far apart the frames are."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vfxlib.io.frames import LAST_FRAME, parse_frames
from vfxlib.io.gaps import describe_gaps, find_gaps, find_strays, format_gaps

SHOT = tuple(range(1001, 1101))


@given(st.sets(st.integers(-300, 300), min_size=1, max_size=80))
def test_frames_and_gaps_are_all_from_the_first_to_the_last(frames):
    there = sorted(frames)
    gaps = find_gaps(there)
    assert sorted([*there, *(number for gap in gaps for number in gap)]) == list(range(there[0], there[-1] + 1))
    if gaps:
        assert parse_frames(format_gaps(gaps)) == tuple(number for gap in gaps for number in gap)


@pytest.mark.parametrize(
    ("frames", "strays"),
    [
        pytest.param((*SHOT, 20240115), (20240115,), id="a date"),
        pytest.param((1, *SHOT[50:], 20240115, 20240116), (1, 20240115, 20240116), id="two dates and a slate"),
        pytest.param((-LAST_FRAME, *SHOT), (-LAST_FRAME,), id="far below"),
        pytest.param((1, 2, 3, LAST_FRAME), (LAST_FRAME,), id="beside three frames"),
        pytest.param((*SHOT, 1500), (), id="not far"),
        pytest.param((1, 20240115), (), id="nobody knows which"),
        pytest.param((*SHOT, *range(9001, 9081)), (), id="two parts of about one length"),
        pytest.param(SHOT, (), id="a whole shot"),
    ],
)
def test_strays_are_few_and_far_from_the_others(frames, strays):
    assert find_strays(frames) == strays


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        pytest.param(SHOT, (), id="whole"),
        pytest.param((1, 4, 5), ("frames 2-3 are missing",), id="a gap"),
        pytest.param((1, 3, 5, 7), ("frames 2-6x2 are missing",), id="on twos"),
        pytest.param((*SHOT, 20240115), ("frame 20240115 lies far from the others, 1001-1100",), id="a stray"),
        pytest.param(
            (*SHOT[:9], *SHOT[10:], 9999999, LAST_FRAME),
            ("frames 9999999,2147483647 lie far from the others, 1001-1009,1011-1100", "frames 1010 are missing"),
            id="strays and a gap",
        ),
        pytest.param((1, LAST_FRAME), ("frames 2-2147483646 are missing",), id="two far apart"),
    ],
)
def test_gaps_and_strays_are_told_in_a_few_words(frames, words):
    assert describe_gaps(frames) == words


def test_a_message_is_short_and_says_what_it_leaves_out():
    frames = sorted({i * i for i in range(500)})
    (words,) = describe_gaps(frames)
    assert len(words) < 400
    assert f"{499 * 499 + 1 - 500} frames in all" in words


def test_a_far_frame_takes_no_memory():
    tracemalloc.start()
    describe_gaps((*SHOT, LAST_FRAME))
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert held < 2**20
