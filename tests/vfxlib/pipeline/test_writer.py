"""Writing behind keeps the order, bounds what waits, and loses nothing."""

import os
import signal
import threading
import time

import pytest

from vfxlib.errors import OutputError, Stopped
from vfxlib.pipeline.writer import Writer


def test_writing_behind_keeps_the_order_and_tells_what_failed():
    written, done, failed = [], [], []

    def write(n):
        if n == 2:
            raise OutputError("full")
        written.append(n)

    with Writer(2, done.append, lambda n, error: failed.append((n, error.problem))) as writer:
        for n in range(5):
            writer.put(n, lambda n=n: write(n))
    assert (written, done, failed) == ([0, 1, 3, 4], [0, 1, 3, 4], [(2, "full")])


def test_no_more_than_asked_for_wait():
    go, put = threading.Event(), []

    def fill(writer):
        for n in range(5):
            writer.put(n, go.wait)
            put.append(n)

    with Writer(2, lambda n: None, lambda n, error: None) as writer:
        thread = threading.Thread(target=fill, args=(writer,))
        thread.start()
        while len(put) < 2:
            time.sleep(0.001)
        thread.join(0.02)
        assert put == [0, 1]
        go.set()
        thread.join()
    assert put == [0, 1, 2, 3, 4]


def test_who_waits_puts_the_next_frame_at_once():
    go, order = threading.Event(), []
    with Writer(1, order.append, lambda n, error: None) as writer:
        writer.put(1, go.wait)
        threading.Timer(0.02, go.set).start()
        writer.wait()
        assert order == [1]
        writer.put(2, lambda: None)
    assert order == [1, 2]


def test_what_was_worked_out_is_written_also_when_the_work_is_stopped():
    done = []
    with pytest.raises(Stopped), Writer(2, done.append, lambda n, error: None) as writer:  # noqa: PT012
        writer.put(1, lambda: None)
        writer.put(2, lambda: None)
        raise Stopped
    assert done == [1, 2]


def test_a_signal_that_comes_while_the_last_frames_are_written_loses_none_of_them():
    done, go = [], threading.Event()

    def stop(number, frame):
        raise Stopped

    def work():
        with Writer(2, done.append, lambda n, error: None) as writer:
            for number in (1, 2):
                writer.put(number, go.wait)
            threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGTERM)).start()
            threading.Timer(0.1, go.set).start()

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with pytest.raises(Stopped):
            work()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert done == [1, 2]


def test_what_is_on_its_way_is_written_also_when_one_before_it_may_not_fail():
    written = []

    def refuse(number, error):
        raise error

    def write():
        time.sleep(0.02)
        written.append(2)

    with pytest.raises(OutputError), Writer(2, lambda n: None, refuse) as writer:  # noqa: PT012
        writer.put(1, lambda: (_ for _ in ()).throw(OutputError("full")))
        writer.put(2, write)
    assert written == [2]


def test_what_may_not_fail_stops_the_next_one():
    def refuse(number, error):
        raise error

    begun = []
    with pytest.raises(OutputError), Writer(1, lambda n: None, refuse) as writer:  # noqa: PT012  it comes a frame later
        for n in range(4):
            begun.append(n)
            writer.put(n, lambda: (_ for _ in ()).throw(OutputError("full")))
    assert begun == [0, 1]
