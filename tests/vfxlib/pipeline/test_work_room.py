"""Large work waits for room, and never for ever."""

import threading
import time

import pytest

from vfxlib.pipeline.work_room import WorkRoom


def work(room, sizes):
    """The most bytes, and the most threads, that were inside at once."""
    lock, inside, most = threading.Lock(), [], [0, 0]

    def one(size):
        with room.hold(size):
            with lock:
                inside.append(size)
                most[:] = max(most[0], sum(inside)), max(most[1], len(inside))
            time.sleep(0.01)
            with lock:
                inside.remove(size)

    threads = [threading.Thread(target=one, args=(size,)) for size in sizes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()
    return most


def test_together_they_never_hold_more_than_there_is():
    most, threads = work(WorkRoom(10), [4] * 8)
    assert most == 8
    assert threads == 2


def test_what_is_too_large_by_itself_works_alone():
    assert work(WorkRoom(10), [40, 40, 3, 3, 40])[0] == 40


def test_who_fails_makes_room_again():
    room = WorkRoom(10)
    with pytest.raises(ValueError, match="broken"), room.hold(10):
        raise ValueError("broken")
    with room.hold(10):
        pass
