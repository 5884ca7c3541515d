"""What a library prints is kept back in its own thread only."""

import sys
import threading

from vfxlib.io.stdout import capture_stdout


def test_what_is_printed_meanwhile_is_kept(capsys):
    with capture_stdout() as printed:
        print("from the library")
    print("from the command")
    assert "".join(printed) == "from the library\n"
    assert capsys.readouterr().out == "from the command\n"


def test_other_threads_print_on(capsys):
    inside, done = threading.Event(), threading.Event()

    def talk():
        inside.wait(5)
        print("progress")
        done.set()

    thread = threading.Thread(target=talk)
    thread.start()
    with capture_stdout() as printed:
        inside.set()
        assert done.wait(5)
    thread.join()
    assert printed == []
    assert capsys.readouterr().out == "progress\n"


def test_standard_output_is_given_back_after_the_last_reader():
    before = sys.stdout
    with capture_stdout():
        with capture_stdout() as inner:
            print("x")
        assert inner
    assert sys.stdout is before


def test_standard_output_keeps_its_other_properties():
    with capture_stdout():
        assert sys.stdout.encoding
        sys.stdout.flush()
