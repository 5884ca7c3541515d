"""The first signal decides how the command ends; it does no harm where it comes, and is never lost."""

import os
import signal
import sys
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from plugin.stops import Stops, begin_work
from vfxlib.errors import Stopped
from vfxlib.signals import raise_pending

ENDLESS = 60.0  # seconds; a signal ends it long before


@pytest.fixture(autouse=True)
def _handlers():
    """Signals as a process has them at first, also where tests run in the background."""
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    for number in numbers:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def wait():
    """What goes on until a signal ends it, without a lock."""
    end = time.monotonic() + ENDLESS
    while time.monotonic() < end:
        time.sleep(0.001)
    raise AssertionError("no signal has ended it")


def stopped(work, kind=Stopped):
    """Do some work that is stopped; what the signals make of the exit code."""
    with Stops() as stops:
        with pytest.raises(kind), stops.raising():
            work()
        return stops.exit_code


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        pytest.param(signal.SIGTERM, Stopped, 75, id="SIGTERM"),
        pytest.param(signal.SIGINT, KeyboardInterrupt, 130, id="Ctrl-C"),
        pytest.param(signal.SIGHUP, Stopped, 75, id="a closed terminal"),
    ],
)
def test_the_first_signal_decides_and_later_ones_change_nothing(number, kind, code):
    done = []

    def work():
        try:
            signal.raise_signal(number)
        finally:
            for later in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP) * 3:
                signal.raise_signal(later)
            done.append("in order")

    assert stopped(work, kind) == code
    assert done == ["in order"]


def test_of_signals_that_wait_for_python_the_one_that_came_first_decides():
    """Python alone would take them by their numbers."""
    me, begun = os.getpid(), threading.Event()

    def send():
        begun.wait()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            time.sleep(0.03)
            os.kill(me, number)

    def work():
        thread = threading.Thread(target=send)
        thread.start()
        data = os.urandom(16_000_000)
        begun.set()
        zlib.compress(data, 9)  # lets threads run, and no handler
        wait()

    assert stopped(work) == 75


def test_what_is_ignored_stays_ignored():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Stops() as stops, stops.raising():
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGINT)
    assert stops.exit_code is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_somebody_swallows_is_raised_again(number):
    def work():
        try:  # noqa: SIM105  as others write it
            signal.raise_signal(number)
        except:  # noqa: E722
            pass
        wait()

    stopped(work, Stopped if number == signal.SIGTERM else KeyboardInterrupt)


def test_what_is_lost_in_a_finaliser_is_raised_again_and_not_printed(capsys):
    class Finalised:
        def __del__(self):
            signal.raise_signal(signal.SIGTERM)

    def work():
        Finalised()
        wait()

    stopped(work)
    assert capsys.readouterr().err == ""


def test_an_import_is_finished_first(tmp_path, monkeypatch):
    """Compiled modules make another error of what is raised in them, and some print it."""
    (tmp_path / "imported_whole.py").write_text(
        "import signal\ntry:\n    signal.raise_signal(signal.SIGTERM)\n    for _ in range(1000): pass\n"
        "except BaseException as error:\n    raise ImportError('failed to import') from None\nwhole = True\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    def work():
        import imported_whole

        assert imported_whole.whole
        wait()

    try:
        stopped(work)
    finally:
        sys.modules.pop("imported_whole", None)


def test_a_lock_that_is_about_to_be_taken_is_not_left_taken():
    lock, done = threading.Lock(), []
    code = "def take(lock, send, numbers):\n lock.acquire()\n for number in numbers: send(number)\n lock.release()\n"
    exec(code, as_threading := {"__name__": "threading"})

    def work():
        as_threading["take"](lock, signal.raise_signal, [signal.SIGTERM, signal.SIGINT, signal.SIGTERM])
        done.append(lock.locked())
        wait()

    stopped(work)
    assert done == [False]


def test_who_waits_for_a_lock_is_stopped():
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()
    stopped(lambda: threading.Event().wait(ENDLESS))


def test_a_signal_that_comes_after_the_work_changes_nothing():
    with Stops() as stops:
        with stops.raising():
            pass
        signal.raise_signal(signal.SIGTERM)
    assert stops.exit_code is None


def test_a_signal_that_comes_before_the_work_ends_it():
    with Stops() as stops:
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(Stopped), stops.raising():
            raise AssertionError("it begins")
    assert stops.exit_code == 75


def test_afterwards_all_is_as_it_was():
    def state():
        signals = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
        at = signal.set_wakeup_fd(-1)
        signal.set_wakeup_fd(at)
        return signals, at, sys.excepthook, sys.unraisablehook, os.listdir("/proc/self/fd")

    signal.signal(signal.SIGTERM, own := lambda number, frame: None)
    before = state()
    stopped(lambda: signal.raise_signal(signal.SIGTERM))
    assert state() == before
    assert signal.getsignal(signal.SIGTERM) is own


def test_a_host_that_handles_ctrl_c_in_its_own_way_goes_on_to():
    heard = []
    signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    with Stops() as stops, stops.raising():
        signal.raise_signal(signal.SIGINT)
    assert heard == [signal.SIGINT]
    assert stops.exit_code is None


def test_until_work_begins_the_process_just_ends_and_then_it_unwinds():
    left = []
    with Stops(leave=left.append) as stops, pytest.raises(Stopped), stops.raising():  # noqa: PT012
        begin_work()
        signal.raise_signal(signal.SIGTERM)
    assert left == []
    with Stops(leave=left.append) as stops:
        signal.raise_signal(signal.SIGINT)
    assert left == [130]


def test_in_another_thread_it_does_nothing():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def work():
        with Stops() as stops, stops.raising():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.parametrize("seconds", [0.002, 0.01, 0.03])
def test_a_stop_among_waits_too_short_to_be_met_is_raised_between_two_frames(seconds):
    frames = []

    def work():
        with ThreadPoolExecutor(2) as pool:
            for number in range(2000):
                pool.submit(time.sleep, seconds).result()
                raise_pending()
                if number == 5:
                    os.kill(os.getpid(), signal.SIGTERM)
                frames.append(number)

    assert stopped(work) == 75
    assert len(frames) < 20


def test_a_stop_that_another_error_came_over_is_raised_between_two_frames():
    """Who keeps that error keeps the stop too, as its context."""
    kept = []

    def work():
        try:
            try:
                signal.raise_signal(signal.SIGTERM)
            finally:
                raise OSError("half done")
        except OSError as error:
            kept.append(error)
        raise_pending()

    assert stopped(work) == 75
    assert isinstance(kept[0].__context__, Stopped)


def test_nothing_is_pending_where_nobody_stops_and_in_other_threads():
    raise_pending()
    with ThreadPoolExecutor(1) as pool, Stops() as stops, stops.raising():
        pool.submit(raise_pending).result()
        raise_pending()
