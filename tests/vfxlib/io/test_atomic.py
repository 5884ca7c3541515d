"""A file appears whole or not at all."""

import errno
import os
import signal
import subprocess
import sys

import pytest

from tests.places import ROOT
from vfxlib.errors import OutputError, Stopped
from vfxlib.io.atomic import atomic_write, remove_abandoned, write_text


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_what_was_there_stays_until_the_new_file_is_whole(tmp_path):
    path = tmp_path / "file.txt"
    write_text(path, "one")
    with atomic_write(path) as hidden:
        hidden.write_text("two")
        assert path.read_text() == "one"
        assert hidden.parent == path.parent
        assert hidden.name.startswith(".")
    assert path.read_text() == "two"
    assert names(tmp_path) == ["file.txt"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ValueError])
def test_whatever_stops_the_writing_goes_on_and_leaves_what_was_there(tmp_path, stop):
    path = tmp_path / "deep" / "file.txt"
    write_text(path, "one")

    def interrupted():
        with atomic_write(path) as hidden:
            hidden.write_text("half")
            raise stop

    with pytest.raises(stop):
        interrupted()
    assert path.read_text() == "one"
    assert names(path.parent) == ["file.txt"]


def test_a_signal_leaves_no_hidden_file_that_nobody_knows_of(tmp_path, monkeypatch):
    def stop(number, frame):
        raise Stopped

    made, before = os.open, signal.signal(signal.SIGTERM, stop)
    monkeypatch.setattr(os, "open", lambda *how: (made(*how), signal.raise_signal(signal.SIGTERM))[0])
    try:
        with pytest.raises(Stopped):
            write_text(tmp_path / "file.txt", "x")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert names(tmp_path) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written") as caught:
        write_text(tmp_path / "file" / "below.txt", "x")
    assert caught.value.where == str(tmp_path / "file" / "below.txt")


def test_a_disk_that_is_full_at_the_last_moment_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "file.txt"
    write_text(path, "one")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_text(path, "two")
    assert path.read_text() == "one"
    assert names(tmp_path) == ["file.txt"]


def test_text_is_written_as_utf_8(tmp_path):
    write_text(tmp_path / "file.txt", "grün")
    assert (tmp_path / "file.txt").read_bytes() == "grün".encode()


def test_two_writers_with_one_process_number_do_not_meet(tmp_path):
    """As in two containers of a farm, where every command is process 1."""
    path = tmp_path / "job.json"
    with atomic_write(path) as first:
        first.write_text("one")
        with atomic_write(path) as second:
            second.write_text("two")
        assert path.read_text() == "two"
    assert path.read_text() == "one"


def test_a_link_that_lies_where_it_would_write_is_not_followed_and_not_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "urandom", lambda count: bytes(count))
    precious = tmp_path / "precious"
    precious.write_text("mine")
    with atomic_write(tmp_path / "job.json") as hidden:
        link = hidden
    link.symlink_to(precious)
    with pytest.raises(OutputError, match="File exists"):
        write_text(tmp_path / "job.json", "theirs")
    assert precious.read_text() == "mine"
    assert link.is_symlink()


def test_a_file_has_the_rights_that_the_user_wants_for_new_ones(tmp_path):
    before = os.umask(0o027)
    try:
        write_text(tmp_path / "job.json", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "job.json").stat().st_mode & 0o777 == 0o640


WRITER = """
import os, signal, sys
from pathlib import Path
from vfxlib.io.atomic import atomic_write
with atomic_write(Path(sys.argv[1])) as hidden:
    hidden.write_text("half")
    print(hidden.name, flush=True)
    signal.pause()
"""


def writing(path):
    """A process in the midst of writing a file, and the hidden name that it writes to."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, path], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return process, path.with_name(process.stdout.readline().strip())


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_what_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path):
    (killed, left), (living, written) = writing(tmp_path / "a.exr"), writing(tmp_path / "b.exr")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    for stranger in (".a.exr.tmp", ".a.exr.123.tmp", f".a.exr.{'0' * 16}-{'0' * 12}.tmp"):
        (tmp_path / stranger).write_text("not ours, or of another machine")
    assert remove_abandoned([tmp_path, tmp_path / "none"]) == [left]
    assert written.exists()
    assert len(names(tmp_path)) == 4
    living.terminate()
    living.communicate()


def test_a_link_that_looks_like_ours_is_not_followed(tmp_path):
    with atomic_write(tmp_path / "a.exr") as hidden:
        link = hidden
    precious = tmp_path / "precious"
    precious.write_text("mine")
    link.symlink_to(precious)
    assert remove_abandoned([tmp_path]) == []
    assert precious.read_text() == "mine"


@pytest.mark.parametrize("name", ["a" * 251 + ".exr", "\u00fc" * 125 + ".exr"])
def test_the_longest_name_that_a_file_can_have_can_be_written(tmp_path, name):
    with atomic_write(tmp_path / name) as hidden:
        hidden.write_text("x")
    assert names(tmp_path) == [name]


def test_a_name_that_no_file_can_have_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="too long"):
        write_text(tmp_path / ("a" * 256), "x")
    assert names(tmp_path) == []
