"""Signals wait until what must not be torn is whole."""

import signal
import threading

import pytest

from vfxlib.errors import Stopped
from vfxlib.signals import hold_signals


@pytest.fixture(autouse=True)
def _stops():
    def stop(number, frame):
        raise Stopped

    before = signal.signal(signal.SIGTERM, stop)
    interrupt = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)
    signal.signal(signal.SIGINT, interrupt)


@pytest.mark.parametrize(("number", "kind"), [(signal.SIGTERM, Stopped), (signal.SIGINT, KeyboardInterrupt)])
def test_a_signal_comes_out_at_the_end(number, kind):
    done, handlers = [], (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT))

    def work():
        with hold_signals():
            signal.raise_signal(number)
            signal.raise_signal(number)
            done.append("whole")
        done.append("after")

    with pytest.raises(kind):
        work()
    assert done == ["whole"]
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == handlers


def test_without_a_signal_nothing_happens_and_the_handlers_come_back():
    handlers = (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT))
    with hold_signals():
        assert signal.getsignal(signal.SIGTERM) is not handlers[0]
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == handlers


def test_one_within_another_waits_for_the_outer():
    done = []

    def work():
        with hold_signals():
            with hold_signals():
                signal.raise_signal(signal.SIGTERM)
            done.append("inner")

    with pytest.raises(Stopped):
        work()
    assert done == ["inner"]


def test_an_error_inside_comes_out_and_puts_the_handlers_back():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(ValueError, match="inside"), hold_signals():
        raise ValueError("inside")
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_signal_that_is_ignored_stays_ignored():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with hold_signals():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_in_another_thread_it_does_nothing():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def work():
        with hold_signals():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.mark.parametrize("numbers", [(signal.SIGTERM, signal.SIGINT), (signal.SIGINT, signal.SIGTERM)])
def test_of_several_the_first_comes_out(numbers):
    def work():
        with hold_signals():
            for number in numbers:
                signal.raise_signal(number)

    with pytest.raises(Stopped if numbers[0] == signal.SIGTERM else KeyboardInterrupt):
        work()


def test_those_that_raise_nothing_all_come_out_in_order():
    heard = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: heard.append(number))
    with hold_signals():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
    assert heard == [signal.SIGINT, signal.SIGTERM]
