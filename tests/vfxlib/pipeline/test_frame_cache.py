"""A clip keeps within its budget and hands out what was read."""

import threading
import time
from dataclasses import dataclass

import pytest

from vfxlib.errors import PictureError
from vfxlib.pipeline.frame_cache import FrameCache


@dataclass(frozen=True)
class Frame:
    number: int
    nbytes: int = 10


def test_each_frame_is_read_once_while_it_is_near():
    read = []
    with FrameCache(lambda n: read.append(n) or Frame(n), range(10), 50) as clip:
        for n in range(10):
            assert [clip[m].number for m in clip.around(n, 1)] == list(range(max(0, n - 1), min(10, n + 2)))
    assert sorted(read) == list(range(10))


def test_the_budget_bounds_what_is_kept_whatever_the_length():
    with FrameCache(Frame, range(1000), 35) as clip:
        for n in range(1000):
            clip[n]
        assert len(clip._kept) <= 3


def test_without_any_budget_frames_are_still_handed_out():
    with FrameCache(Frame, range(5), 0) as clip:
        assert [clip[n].number for n in (0, 3, 1, 4)] == [0, 3, 1, 4]


def test_what_lies_near_the_frame_at_work_stays_while_those_far_away_are_asked_for():
    read = []
    with FrameCache(lambda n: read.append(n) or Frame(n), range(100), 50) as clip:
        for at_work in (50, 51):
            clip.centre(at_work)
            for distance in range(10):
                clip[at_work + distance], clip[at_work - distance]
        assert set(clip._kept) == {49, 50, 51, 52, 53}
        assert read.count(51) == read.count(50) == read.count(52) == 1


def test_a_prefetched_frame_is_not_read_again():
    read = []
    with FrameCache(lambda n: read.append(n) or Frame(n), range(5), 100) as clip:
        clip[0]
        clip.prefetch(1)
        assert clip[1].number == 1
    assert read == [0, 1]


def test_an_error_comes_out_where_the_frame_is_asked_for_and_the_next_asks_again():
    broken = [True]

    def read(n):
        if broken[0] and n == 2:
            raise PictureError("broken", where="x")
        return Frame(n)

    with FrameCache(read, range(5), 100) as clip:
        clip[1]
        clip.prefetch(2)
        time.sleep(0.05)
        with pytest.raises(PictureError):
            clip[2]
        broken[0] = False
        assert clip[2].number == 2


def test_many_threads_that_want_one_frame_read_it_once():
    read, results = [], []

    def slow(n):
        read.append(n)
        time.sleep(0.02)
        return Frame(n)

    with FrameCache(slow, range(5), 100) as clip:
        threads = [threading.Thread(target=lambda: results.append(clip[3].number)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (read, results) == ([3], [3] * 8)


def test_who_waits_for_a_frame_that_fails_gets_the_error_too():
    begun, go, caught = threading.Event(), threading.Event(), []

    def read(n):
        begun.set()
        go.wait()
        raise PictureError("broken")

    def ask(clip):
        try:
            clip[2]
        except PictureError as error:
            caught.append(error.problem)

    with FrameCache(read, range(5), 100) as clip:
        first, second = (threading.Thread(target=ask, args=(clip,)) for _ in range(2))
        first.start()
        begun.wait()
        second.start()
        time.sleep(0.02)
        go.set()
        first.join()
        second.join()
    assert caught == ["broken"] * 2


def test_what_does_not_exist_is_not_read_ahead_and_what_there_is_no_room_for_neither():
    read = []
    with FrameCache(lambda n: read.append(n) or Frame(n), (1, 2, 5), 10) as clip:
        assert [n in clip for n in (1, 3, 5)] == [True, False, True]
        clip[1]
        clip.prefetch(3)
        clip.prefetch(2)
    assert read == [1]


def test_a_frame_that_is_at_hand_is_kept_if_there_is_room_and_not_read_again():
    read, made = [], []

    def offered(number):
        made.append(number)
        return Frame(number)

    with FrameCache(lambda n: read.append(n) or Frame(n), range(4), 30) as clip:
        clip.offer(0, lambda: offered(0))
        clip.offer(0, lambda: offered(0))
        assert clip[0].number == 0
        assert [clip[1].number, clip[2].number] == [1, 2]
        clip.offer(3, lambda: offered(3))
    assert made == [0]
    assert read == [1, 2]
