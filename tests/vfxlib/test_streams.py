"""Who listens may go, be full, be slow or not know a letter: writing never fails, and what was lost is known."""

import errno
import io
import os
import sys

import pytest

from vfxlib.streams import Listener, as_listener, listening


class Failing(io.StringIO):
    """Fails with an error until it has none left."""

    def __init__(self, *errors):
        super().__init__()
        self.failures = list(errors)

    def write(self, words):
        if self.failures:
            raise self.failures.pop(0)
        return super().write(words)


@pytest.mark.parametrize(
    "error", [BrokenPipeError(errno.EPIPE, "gone"), OSError(errno.ENOSPC, "full"), ValueError("closed")]
)
def test_after_an_error_nothing_more_is_written(error):
    stream = Failing(error)
    listener = Listener(stream)
    print("lost", "words", file=listener)
    print("more", file=listener, flush=True)
    assert listener.lost is error
    assert stream.getvalue() == ""


def test_one_that_was_closed_before_the_process_began_loses_words_and_nothing_else():
    listener = Listener(None)
    listener.flush()
    assert listener.lost is None
    assert not listener.isatty()
    print("words", file=listener, flush=True)
    assert isinstance(listener.lost, OSError)


def test_one_that_is_only_slow_misses_a_line():
    stream = Failing(BlockingIOError(errno.EAGAIN, "not now"))
    listener = Listener(stream)
    listener.write("missed\n")
    listener.writelines(["one\n", "two\n"])
    assert stream.getvalue() == "one\ntwo\n"
    assert isinstance(listener.lost, BlockingIOError)


def test_what_is_full_only_when_it_is_flushed_is_lost_too():
    with open("/dev/full", "w") as stream:
        listener = Listener(stream)
        print("words", file=listener)
        assert listener.lost is None
        listener.flush()
        assert listener.lost.errno == errno.ENOSPC
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@pytest.mark.parametrize(
    ("encoding", "words", "written"),
    [
        ("ascii", "pl\xe4te", b"pl\\xe4te"),
        ("utf-8", "pl\udce4te \u2013", b"pl\\udce4te \xe2\x80\x93"),
    ],
)
def test_letters_that_its_encoding_does_not_have_are_written_as_escapes(encoding, words, written):
    raw = io.BytesIO()
    listener = Listener(io.TextIOWrapper(raw, encoding=encoding))
    listener.write(words)
    listener.flush()
    assert raw.getvalue() == written
    assert listener.lost is None


def test_a_closed_stream_is_no_terminal():
    stream = io.StringIO()
    stream.close()
    assert not Listener(stream).isatty()


def test_it_is_the_stream_in_all_other_ways_and_never_stands_before_itself():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    listener = Listener(stream)
    assert listener.encoding == "latin-1"
    assert as_listener(listener) is listener
    assert as_listener(stream).stream is stream


def test_standard_streams_are_themselves_again_afterwards():
    before = sys.stdout, sys.stderr
    with listening():
        assert isinstance(sys.stdout, Listener)
        assert isinstance(sys.stderr, Listener)
    assert (sys.stdout, sys.stderr) == before
